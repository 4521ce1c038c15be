import HTTPClient
import JSONValue

/// What the interfaces in OpenAI's style have in common.
enum OpenAIForms {
    /// The address of a resource under `/v1`, whether the configured one ends before, after or at it.
    static func url(_ base: String, _ resource: String) -> String {
        var base = base.hasSuffix("/") ? String(base.dropLast()) : base
        for ending in ["/chat/completions", "/responses"] where base.hasSuffix(ending) {
            if ending == resource { return base }
            base = String(base.dropLast(ending.count))
        }
        return base + (base.hasSuffix("/v1") ? "" : "/v1") + resource
    }

    /// `[a-zA-Z0-9_-]{1,64}`.
    static func schemaName(_ schema: String) -> String {
        String(schema.prefix(64).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// Chats count prompt and completion tokens, responses count input and output tokens.
    static func usage(_ usage: JSON?) -> JSON {
        [
            "input_tokens": JSON((usage?["prompt_tokens"] ?? usage?["input_tokens"])?.int),
            "output_tokens": JSON((usage?["completion_tokens"] ?? usage?["output_tokens"])?.int),
        ]
    }

    /// `/v1/models`: health with the names of the first models.
    static func health(_ response: HTTPResponse) -> HealthReply {
        var health = HealthReply(response)
        let models = (try? JSON.parse(response.body))?["data"]?.array?.compactMap { $0["id"]?.string } ?? []
        if health.isHealthy, !models.isEmpty {
            health.detail = "models: " + models.prefix(5).map { String($0.prefix(60)) }.joined(separator: ", ")
        }
        return health
    }
}
