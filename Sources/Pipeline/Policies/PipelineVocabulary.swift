import ChartFormat
import JSONValue

/// What charts may name, with the types of what they see of it. Plain data, as JSON Schemas.
package enum PipelineVocabulary {
    /// What `invoke.src` may name, with the schema of the facts that its `onDone` sees as `event.facts`.
    package static let jobs: [String: JSON] = Dictionary(
        uniqueKeysWithValues: JobSource.allCases.map { ($0.rawValue, facts(of: $0)) })

    /// Named effects that `actions` may name: none yet, so that a chart which names one is refused.
    package static let actions: [String: JSON] = [:]

    /// Names that `after` and `timeout` may use.
    package static let delays: [String] = NamedDelays.names

    /// The type of `settings` in expressions.
    package static let settings: JSON = closed([
        "triage": retries, "research": retries, "response": retries, "comment": retries,
        "editorial": closed(["max_retries": integer, "max_revisions": integer]),
        "posting": closed([
            "mode": words(PipelineSettings.PostingMode.allCases.map(\.rawValue)), "max_retries": integer,
            "max_reconciliations": integer, "resend": boolean,
        ]),
        "engagement": closed(["checks": integer]),
    ])

    /// The facts of a source. What its reader says fits this; a test holds both together.
    package static func facts(of source: JobSource) -> JSON {
        switch source {
        case .triage:
            closed([
                "decision": words(["research", "reject", "needs_human"]), "reason": string, "claims": integer,
                "confidence": number, "flagged": boolean,
            ])
        case .research:
            closed([
                "outcome": words(["reply_worthy", "all_supported", "not_enough_evidence", "search_failed"]),
                "findings": integer, "verified": integer, "confidence": number,
            ])
        case .response:
            closed([
                "action": words(["reply", "no_reply"]), "reason": string, "draft_sha256": string,
                "violations": integer, "confidence": number,
            ])
        case .editorial:
            closed([
                "decision": words(["approve", "revise", "reject", "needs_human"]), "rendered_sha256": string,
                "confidence": number,
            ])
        case .comment:
            closed([
                "outcome": words(["posted", "invisible"]), "mode": words(["live", "dry_run"]), "comment_id": string,
            ])
        case .reconcile: closed(["found": boolean, "comment_id": string])
        case .engagement:
            closed([
                "score": integer, "replies": integer,
                "removed": words(["no", "by_moderator", "by_author", "unknown"]), "visible": boolean,
            ])
        }
    }

    private static let string: JSON = ["type": "string"]
    private static let integer: JSON = ["type": "integer"]
    private static let number: JSON = ["type": "number"]
    private static let boolean: JSON = ["type": "boolean"]
    private static let retries = closed(["max_retries": integer])

    private static func words(_ words: [String]) -> JSON { ["type": "string", "enum": words.json] }

    private static func closed(_ properties: JSONObject, required: [String]? = nil) -> JSON {
        [
            "type": "object", "properties": .object(properties), "required": (required ?? properties.keys).json,
            "additionalProperties": false,
        ]
    }
}

extension PipelineVocabulary {
    /// The vocabulary that charts of this service are checked against.
    package static let charts = ChartVocabulary(
        jobs: jobs, actions: actions, delays: Set(delays), settings: settings)
}
