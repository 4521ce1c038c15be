import Engine
import HTTPClient
import JSONValue

/// The protocol `chat`: OpenAI-style chat completions with a JSON schema, answered on the connection.
package struct ChatProtocol: EndpointProtocol {
    package let name = "chat"
    package let answersOnConnection = true

    package init() {}

    package func start(_ context: StartContext) -> EndpointCall {
        let messages = context.messages.map { role, content -> JSON in
            ["role": .string(role), "content": .string(content)]
        }
        let message: JSON = [
            "model": .string(context.model), "messages": .array(messages), "temperature": 0,
            "response_format": [
                "type": "json_schema",
                "json_schema": [
                    "name": .string(OpenAIForms.schemaName(context.schemaName)), "strict": true,
                    "schema": context.outputSchema,
                ],
            ],
        ]
        return EndpointCall(
            url: OpenAIForms.url(context.url, "/chat/completions"),
            headers: context.credentials.headers + context.commonHeaders, body: message.bytes())
    }

    /// Checked in this order: status, finish reason (a cut answer is no answer), refusal, content.
    package func read(start response: HTTPResponse) -> StartReply {
        guard response.status == 200 else { return .refusal(response) }
        guard let json = try? JSON.parse(response.body), let choice = json["choices"]?[0] else {
            return .fault(
                code: "not_a_completion", message: "the endpoint's answer is no chat completion", retryAfter: nil)
        }
        var data: JSONObject = ["usage": OpenAIForms.usage(json["usage"])]
        data["model"] = json["model"]
        data["finish_reason"] = choice["finish_reason"]
        if let failure = Self.failure(choice) { return .failed(failure, data: data) }
        data["output"] = choice["message"]?["content"]
        return .completed(data)
    }

    private static func failure(_ choice: JSON) -> JobFailure? {
        switch choice["finish_reason"]?.string {
        case "length":
            return JobFailure(code: "output_cut", message: "the answer was cut at the limit", isRetryable: true)
        case "content_filter":
            return JobFailure(code: "refused", message: "the endpoint's filter refused", isRetryable: false)
        default: break
        }
        if let refusal = choice["message"]?["refusal"]?.string, !refusal.isEmpty {
            return JobFailure(code: "refused", message: "the model refused", isRetryable: false)
        }
        guard choice["message"]?["content"]?.string != nil else {
            return JobFailure(code: "no_content", message: "the answer has no content", isRetryable: true)
        }
        return nil
    }

    package func health(_ url: String, _ credentials: EndpointCredentials) -> EndpointCall? {
        EndpointCall(method: "GET", url: OpenAIForms.url(url, "/models"), headers: credentials.headers)
    }

    package func read(health response: HTTPResponse) -> HealthReply { OpenAIForms.health(response) }
}
