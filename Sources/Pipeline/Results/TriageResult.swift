import JSONValue

/// What triage found in a post, as `queue_results` holds it.
package struct TriageResult: Sendable, Hashable {
    package enum Decision: String, Sendable, Hashable, JSONMappable {
        case research, reject
        case needsHuman = "needs_human"
    }

    package enum Flag: String, Sendable, Hashable, CaseIterable, JSONMappable {
        case instructionsInPost = "instructions_in_post"
        case hiddenCharactersRemoved = "hidden_characters_removed"
        case truncated
        case quoteMissing = "quote_missing"
        case deletedAuthor = "deleted_author"
        case over18 = "over_18"
        case locked, archived, removed

        /// Whether the flag speaks of a post that may try to mislead its readers, or of an answer that made things up.
        var isSuspicious: Bool { [.instructionsInPost, .hiddenCharactersRemoved, .quoteMissing].contains(self) }
    }

    package var postID: Int
    /// The `run` block as stored; see ``RunInfo``.
    package var run: JSON
    package var decision: Decision
    package var rejectReason: String?
    package var claims: [Claim]
    package var topic: String
    package var language: String
    package var confidence: Double
    package var priority: Int
    package var flags: [Flag]
    package var reasoning: String

    package var json: JSON {
        [
            "schema": "TriageResult/1", "post_id": postID.json, "run": run, "decision": decision.json,
            "reject_reason": rejectReason.json, "claims": claims.json, "topic": topic.json, "language": language.json,
            "confidence": confidence.json, "priority": priority.json, "flags": flags.json,
            "reasoning": reasoning.json,
        ]
    }

    /// Claims that are worth checking, by the settings' threshold.
    package func claimsToCheck(_ settings: PipelineSettings) -> [Claim] {
        claims.filter { $0.checkWorthiness >= settings.thresholds.checkWorthiness }
    }

    package func facts(_ settings: PipelineSettings) -> JSONObject {
        [
            "decision": decision.json,
            "reason": (rejectReason ?? flags.first(where: \.isSuspicious)?.rawValue ?? "").json,
            "claims": claimsToCheck(settings).count.json, "confidence": confidence.json,
            "flagged": flags.contains(where: \.isSuspicious).json,
        ]
    }
}

extension TriageResult: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        postID = try member("post_id")
        run = try member("run")
        decision = try member("decision")
        rejectReason = try member("reject_reason")
        claims = try member("claims")
        topic = try member("topic")
        language = try member("language")
        confidence = try member("confidence")
        priority = try member("priority")
        flags = try member("flags")
        reasoning = try member("reasoning")
    }
}
