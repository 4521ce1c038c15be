import JSONValue

/// Approves nearly all drafts; a few, always the same ones, it sends back, refuses or hands to a person.
enum EditorialOracle {
    static func output(_ input: StageInput) -> JSON {
        let body = input.document["draft"]?["body_markdown"]?.string ?? input.document["body_markdown"]?.string ?? ""
        let decision = decision(body)
        let isFine = decision == "approve"
        let final = Sentence.shortened(decision == "revise" ? revised(body) : body, to: 1500)
        return [
            "decision": .string(decision), "final_body_markdown": .string(final),
            "issues": .array(issue(decision).map { [$0] } ?? []),
            "checks": [
                "every_statement_cited": .bool(body.contains("[s")),
                "agrees_with_findings": .bool(decision != "reject"),
                "uncertainty_stated": true, "respectful": true, "no_personal_data": true,
                "no_medical_or_legal_advice": .bool(decision != "needs_human"), "on_topic": .bool(!body.isEmpty),
            ],
            "confidence": .double(isFine ? 0.86 : 0.7),
            "reasoning": .string(isFine ? "Short, cited and polite." : "See the issue."),
        ]
    }

    static func decision(_ body: String) -> String {
        guard !body.isEmpty else { return "reject" }
        switch StableHash.percent("editorial", body) {
        case 0..<2: return "reject"
        case 2..<4: return "needs_human"
        case 4..<7: return "revise"
        default: return "approve"
        }
    }

    /// The same statements with a milder beginning.
    private static func revised(_ body: String) -> String {
        body.replacing("this is not right:", with: "this does not seem to be right:")
    }

    private static func issue(_ decision: String) -> JSON? {
        let (kind, severity, note): (String, String, String)
        switch decision {
        case "reject": (kind, severity, note) = ("unsupported_statement", "blocker", "The sources say something else.")
        case "needs_human": (kind, severity, note) = ("advice", "major", "This could be read as medical advice.")
        case "revise": (kind, severity, note) = ("tone", "minor", "Too sure of itself.")
        default: return nil
        }
        return [
            "kind": .string(kind), "severity": .string(severity), "note": .string(note),
            "fixed": .bool(decision == "revise"),
        ]
    }
}
