import JSONValue

/// A drafted reply, or the decision to make none, as `queue_results` holds it.
package struct DraftResponse: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, JSONMappable {
        case reply
        case noReply = "no_reply"
    }

    package struct Citation: Sendable, Hashable {
        /// As it stands in the body: `[s2]`.
        package var marker: String
        package var sourceID: String
        /// The claim whose evidence it is; empty when there is none.
        package var claimID: String
        package var isKnown: Bool
        package var hasVerifiedQuote: Bool
    }

    package var postID: Int
    package var run: JSON
    package var action: Action
    package var noReplyReason: String?
    package var body: String
    package var claimsAddressed: [String]
    package var citations: [Citation]
    package var violations: [BodyViolation]
    package var confidence: Double
    package var reasoning: String

    package var facts: JSONObject {
        [
            "action": action.json, "reason": (noReplyReason ?? "").json, "draft_sha256": TextHash.of(body).json,
            "violations": violations.count.json, "confidence": confidence.json,
        ]
    }
}

extension DraftResponse: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        postID = try member("post_id")
        run = try member("run")
        action = try member("action")
        noReplyReason = try member("no_reply_reason")
        body = try member("body_markdown")
        claimsAddressed = try member("claims_addressed")
        citations = try member("citations")
        violations = try member("violations")
        confidence = try member("confidence")
        reasoning = try member("reasoning")
    }

    package var json: JSON {
        [
            "schema": "DraftResponse/1", "post_id": postID.json, "run": run, "action": action.json,
            "no_reply_reason": noReplyReason.json, "body_markdown": body.json,
            "claims_addressed": claimsAddressed.json, "citations": citations.json, "violations": violations.json,
            "confidence": confidence.json, "reasoning": reasoning.json,
        ]
    }
}

extension DraftResponse.Citation: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        marker = try member("marker")
        sourceID = try member("source_id")
        claimID = try member("claim_id")
        isKnown = try member("known")
        hasVerifiedQuote = try member("has_verified_quote")
    }

    package var json: JSON {
        [
            "marker": marker.json, "source_id": sourceID.json, "claim_id": claimID.json, "known": isKnown.json,
            "has_verified_quote": hasVerifiedQuote.json,
        ]
    }
}
