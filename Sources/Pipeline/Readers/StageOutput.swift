import JSONValue

/// What an endpoint delivered: a value (callbacks, accounts) or a model's text (chats).
package enum StageOutput: Sendable, Hashable {
    case value(JSON)
    case text(String)

    /// A delivered `output`: a string is a model's text.
    package init(_ json: JSON) {
        if let text = json.string { self = .text(text) } else { self = .value(json) }
    }
}

/// What a stage came to.
package struct StageOutcome: Sendable, Hashable {
    /// Fits the source's ``JobSource/resultSchemaName``; goes into `queue_results`.
    package let result: JSON
    /// All that charts and history see of it.
    package let facts: JSONObject
    package let stage: Stage
    /// SHA-256 of the result's canonical text.
    package let hash: String

    init(result: JSON, facts: JSONObject, stage: Stage) {
        self.result = result
        self.facts = facts
        self.stage = stage
        hash = TextHash.of(result.canonicalText)
    }
}
