import JSONValue

/// The last judgement before posting, with the exact bytes to post, as `queue_results` holds it.
package struct EditorialDecision: Sendable, Hashable {
    /// From most to least permissive. Code may move a decision down this list, never up.
    package enum Decision: String, Sendable, Hashable, JSONMappable {
        case approve, revise
        case needsHuman = "needs_human"
        case reject
    }

    package struct Issue: Sendable, Hashable {
        package var kind: String
        package var severity: String
        package var note: String
        package var isFixed: Bool
        /// `model` or `code`.
        package var by: String
    }

    package struct CodeChecks: Sendable, Hashable {
        package var lengthOK: Bool
        package var citationsKnown: Bool
        package var linksFromSourcesOnly: Bool
        package var noMentions: Bool
        package var disclosurePresent: Bool
        package var domainsAllowed: Bool
        package var meaningKept: Bool
    }

    package var postID: Int
    package var run: JSON
    package var decision: Decision
    package var modelDecision: Decision
    package var draftHash: String
    package var finalBody: String
    /// Links filled in and footer added: exactly the bytes to be posted.
    package var renderedBody: String
    package var renderedHash: String
    package var issues: [Issue]
    /// The model's own answers to its checklist.
    package var modelChecks: JSON
    package var codeChecks: CodeChecks
    package var approval: Approval
    package var confidence: Double
    package var reasoning: String

    package var facts: JSONObject {
        ["decision": decision.json, "rendered_sha256": renderedHash.json, "confidence": confidence.json]
    }
}

extension EditorialDecision: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        postID = try member("post_id")
        run = try member("run")
        decision = try member("decision")
        modelDecision = try member("decision_by_model")
        draftHash = try member("draft_sha256")
        finalBody = try member("final_body_markdown")
        renderedBody = try member("rendered_body")
        renderedHash = try member("rendered_sha256")
        issues = try member("issues")
        modelChecks = try member("model_checks")
        codeChecks = try member("code_checks")
        approval = try member("approval")
        confidence = try member("confidence")
        reasoning = try member("reasoning")
    }

    package var json: JSON {
        [
            "schema": "EditorialDecision/1", "post_id": postID.json, "run": run, "decision": decision.json,
            "decision_by_model": modelDecision.json, "draft_sha256": draftHash.json,
            "final_body_markdown": finalBody.json, "rendered_body": renderedBody.json,
            "rendered_sha256": renderedHash.json, "issues": issues.json, "model_checks": modelChecks,
            "code_checks": codeChecks.json, "approval": approval.json, "confidence": confidence.json,
            "reasoning": reasoning.json,
        ]
    }
}

extension EditorialDecision.Issue: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        kind = try member("kind")
        severity = try member("severity")
        note = try member("note")
        isFixed = try member("fixed")
        by = try member("by")
    }

    package var json: JSON {
        ["kind": kind.json, "severity": severity.json, "note": note.json, "fixed": isFixed.json, "by": by.json]
    }
}

extension EditorialDecision.CodeChecks: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        lengthOK = try member("length_ok")
        citationsKnown = try member("citations_known")
        linksFromSourcesOnly = try member("links_from_sources_only")
        noMentions = try member("no_mentions")
        disclosurePresent = try member("disclosure_present")
        domainsAllowed = try member("domains_allowed")
        meaningKept = try member("meaning_kept")
    }

    package var json: JSON {
        [
            "length_ok": lengthOK.json, "citations_known": citationsKnown.json,
            "links_from_sources_only": linksFromSourcesOnly.json, "no_mentions": noMentions.json,
            "disclosure_present": disclosurePresent.json, "domains_allowed": domainsAllowed.json,
            "meaning_kept": meaningKept.json,
        ]
    }
}
