import Engine
import HTTPClient
import JSONValue

/// The protocol `chat`: OpenAI-style chat completions with a JSON schema, answered on the connection. Two pure functions.
package enum ChatProtocol {
    package static func encode(_ context: StartContext) -> EndpointCall {
        let messages = context.messages.map { role, content -> JSON in
            ["role": .string(role), "content": .string(content)]
        }
        let message: JSON = [
            "model": .string(context.model), "messages": .array(messages), "temperature": 0,
            "response_format": [
                "type": "json_schema",
                "json_schema": [
                    "name": .string(name(context.schemaName)), "strict": true, "schema": context.outputSchema,
                ],
            ],
        ]
        var headers = context.credentials.headers
        headers += [("Content-Type", "application/json"), ("Idempotency-Key", context.idempotencyKey)]
        headers.append(("traceparent", Trace.parent(context.job, context.attempt)))
        return EndpointCall(url: url(context.url), headers: headers, body: message.bytes())
    }

    /// Checked in this order: status, finish reason (a cut answer is no answer), refusal, content.
    package static func decode(_ response: HTTPResponse) -> StartReply {
        guard response.status == 200 else { return .refusal(response) }
        guard let json = try? JSON.parse(response.body), let choice = json["choices"]?[0] else {
            return .fault(
                code: "not_a_completion", message: "the endpoint's answer is no chat completion", retryAfter: nil)
        }
        switch choice["finish_reason"]?.string {
        case "length":
            return .failed(
                JobFailure(code: "output_cut", message: "the answer was cut at the limit", isRetryable: true))
        case "content_filter":
            return .failed(JobFailure(code: "refused", message: "the endpoint's filter refused", isRetryable: false))
        default: break
        }
        if let refusal = choice["message"]?["refusal"]?.string, !refusal.isEmpty {
            return .failed(JobFailure(code: "refused", message: "the model refused", isRetryable: false))
        }
        guard let content = choice["message"]?["content"]?.string else {
            return .failed(JobFailure(code: "no_content", message: "the answer has no content", isRetryable: true))
        }
        var data: JSONObject = ["output": .string(content), "usage": usage(json["usage"])]
        data["model"] = json["model"]
        data["finish_reason"] = choice["finish_reason"]
        return .completed(data)
    }

    private static func usage(_ usage: JSON?) -> JSON {
        [
            "input_tokens": JSON(usage?["prompt_tokens"]?.int), "output_tokens": JSON(usage?["completion_tokens"]?.int),
        ]
    }

    /// `[a-zA-Z0-9_-]{1,64}`.
    private static func name(_ schema: String) -> String {
        String(schema.prefix(64).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    private static func url(_ base: String) -> String {
        if base.hasSuffix("/chat/completions") { return base }
        let base = base.hasSuffix("/") ? String(base.dropLast()) : base
        return base + (base.hasSuffix("/v1") ? "" : "/v1") + "/chat/completions"
    }
}
