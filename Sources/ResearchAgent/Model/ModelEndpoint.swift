import Crypto
import HTTPClient
import JSONSchema
import JSONValue
import Texts

/// An OpenAI-style chat endpoint. Two pure functions and what they need.
package struct ModelEndpoint: Sendable, CustomStringConvertible {
    package let url: String
    package let model: String
    /// For `Authorization: Bearer`. Never logged.
    private let key: String?
    /// Dollars for a million tokens, where the operator has named them.
    package let prices: Prices?

    package struct Prices: Sendable, Hashable {
        package var input: Double
        package var output: Double

        package init(input: Double, output: Double) {
            self.input = input
            self.output = output
        }
    }

    package init(url: String, model: String, key: String? = nil, prices: Prices? = nil) {
        self.url = Self.completions(url)
        self.model = model
        self.key = key
        self.prices = prices
    }

    package var description: String { "\(model) at \(url)" }

    package func encode(
        _ messages: [ChatMessage], schema: Schema, name: String, idempotencyKey: String, timeout: Duration
    ) -> HTTPRequest {
        let body: JSON = [
            "model": .string(model), "messages": .array(messages.map(\.json)), "temperature": 0,
            "response_format": [
                "type": "json_schema",
                "json_schema": ["name": .string(name), "strict": true, "schema": schema.source],
            ],
        ]
        var headers = [("Content-Type", "application/json"), ("Idempotency-Key", idempotencyKey)]
        if let key { headers.append(("Authorization", "Bearer \(key)")) }
        return HTTPRequest(
            method: "POST", url: url, headers: headers, body: body.bytes(), timeout: timeout, maximumBody: 4 << 20)
    }

    /// Checked in this order: status, finish reason (a cut answer is no answer), refusal, content, form.
    package func decode(_ response: HTTPResponse, schema: Schema) -> ModelReply {
        guard response.status == 200 else { return ModelReply(.failure(Self.refusal(response))) }
        guard let json = try? JSON.parse(response.body), let choice = json["choices"]?[0] else {
            return ModelReply(.failure(ModelFailure(.outOfOrder, "the model's answer is no chat completion")))
        }
        let usage = ModelUsage(json["usage"], prices: prices)
        return ModelReply(Self.object(choice, schema), usage: usage)
    }

    private static func object(_ choice: JSON, _ schema: Schema) -> Result<JSON, ModelFailure> {
        switch choice["finish_reason"]?.string {
        case "length": return .failure(ModelFailure(.unfit, "the answer was cut at the limit"))
        case "content_filter": return .failure(ModelFailure(.refused, "the model's filter refused"))
        default: break
        }
        if let refusal = choice["message"]?["refusal"]?.string, !refusal.isEmpty {
            return .failure(ModelFailure(.refused, "the model refused"))
        }
        guard let content = choice["message"]?["content"]?.string else {
            return .failure(ModelFailure(.unfit, "the answer has no content"))
        }
        let scan = ObjectScan(ObjectScan.withoutThoughts(content))
        // Several different ones that fit are none: a page may have made the model repeat somebody else's answer.
        let fitting = Set(scan.objects.filter { schema.accepts($0) })
        if fitting.count == 1, let object = fitting.first { return .success(object) }
        guard fitting.isEmpty else {
            return .failure(ModelFailure(.unfit, "the answer holds several different objects"))
        }
        let complaint = scan.objects.first.flatMap { schema.validate($0).first?.description } ?? scan.problem
        return .failure(ModelFailure(.unfit, complaint ?? "the answer holds no JSON object"))
    }

    private static func refusal(_ response: HTTPResponse) -> ModelFailure {
        let status = response.status
        switch status {
        case 408, 425, 429, 500...599:
            return ModelFailure(
                .outOfOrder, "the model does not answer now (HTTP \(status))", retryAfter: response.pause)
        case 401, 403, 404:
            return ModelFailure(.misconfigured, "the model's endpoint refuses the agent (HTTP \(status))")
        default: return ModelFailure(.rejected, "the model's endpoint refuses the request (HTTP \(status))")
        }
    }

    private static func completions(_ base: String) -> String {
        if base.hasSuffix("/chat/completions") { return base }
        let base = base.hasSuffix("/") ? String(base.dropLast()) : base
        return base + (base.hasSuffix("/v1") ? "" : "/v1") + "/chat/completions"
    }
}

/// An answer, and what it took.
package struct ModelReply: Sendable {
    package var result: Result<JSON, ModelFailure>
    package var usage: ModelUsage

    init(_ result: Result<JSON, ModelFailure>, usage: ModelUsage = ModelUsage()) {
        self.result = result
        self.usage = usage
    }
}

/// Why there is no answer from the model.
package struct ModelFailure: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// Busy, down, or not reachable: the same request may be answered later.
        case outOfOrder = "model_unavailable"
        case misconfigured = "model_refuses_agent"
        case rejected = "model_refuses_request"
        case refused = "model_refused"
        /// It answered, and not in the form that was asked for.
        case unfit = "model_output"
    }

    package let code: Code
    package let message: String
    package let retryAfter: Duration?

    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
