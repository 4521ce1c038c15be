import JSONValue

/// Judges a model's editing: renders the bytes, checks them, and lowers an approval that does not hold.
struct EditorialReader {
    private let reading: Reading

    /// What the stored schema holds.
    private static let issueLimit = 20

    init(_ reading: Reading) { self.reading = reading }

    func read(_ output: JSON) throws(ShapeError) -> EditorialDecision {
        let member = try Members(output)
        let proposed: EditorialDecision.Decision = try member("decision")
        let modelChecks: JSON = try member("checks")
        let issues: [EditorialDecision.Issue] = try Self.issues(try member("issues"))
        let raw: String = try member("final_body_markdown")
        let bench = EditorialBench(work: reading.work, settings: reading.settings)
        let checked = bench.check(raw)
        var decision = EditorialDecision(
            postID: reading.postID, run: reading.run, decision: proposed, modelDecision: proposed,
            draftHash: TextHash.of(reading.work.earlier.draft?.body ?? ""), finalBody: checked.body,
            renderedBody: checked.rendering?.body ?? "", renderedHash: checked.rendering?.hash ?? TextHash.of(""),
            issues: issues, modelChecks: modelChecks, codeChecks: checked.checks, approval: .notRequired,
            confidence: try member("confidence"), reasoning: try member("reasoning"))
        lower(&decision, bench)
        decision.approval = approval(decision)
        return decision
    }

    private static func issues(_ proposed: [JSON]) throws(ShapeError) -> [EditorialDecision.Issue] {
        var issues: [EditorialDecision.Issue] = []
        for json in proposed {
            let member = try Members(json)
            issues.append(
                EditorialDecision.Issue(
                    kind: try member("kind"), severity: try member("severity"), note: try member("note"),
                    isFixed: try member("fixed"), by: "model"))
        }
        return issues
    }

    /// Only an approval can be lowered: what mends by rewriting goes back to the writer, the rest to a person.
    private func lower(_ decision: inout EditorialDecision, _ bench: EditorialBench) {
        for objection in bench.objections(to: decision) {
            if decision.issues.count < Self.issueLimit { decision.issues.append(Self.issue(objection)) }
            guard decision.modelDecision == .approve, decision.decision != .needsHuman else { continue }
            decision.decision = objection.isMendable ? .revise : .needsHuman
        }
    }

    private static func issue(_ objection: EditorialBench.Objection) -> EditorialDecision.Issue {
        EditorialDecision.Issue(
            kind: objection.kind, severity: objection.isMendable ? "major" : "blocker", note: objection.note,
            isFixed: false, by: "code")
    }

    private func approval(_ decision: EditorialDecision) -> Approval {
        let isAsked = decision.decision == .needsHuman || reading.settings.posting.mode == .approve
        guard isAsked, [.approve, .needsHuman].contains(decision.decision) else { return .notRequired }
        return Approval(
            isRequired: true, state: .waiting, by: nil, at: nil, isEdited: false, note: nil,
            expiresAt: reading.finishedAt + reading.settings.reviewExpiry)
    }
}
