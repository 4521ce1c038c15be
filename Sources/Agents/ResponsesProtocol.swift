import Engine
import HTTPClient
import JSONValue

/// The protocol `responses`: OpenAI's Responses in the background. Started, and asked for until it has ended; a webhook of
/// the whole endpoint says when to ask.
package struct ResponsesProtocol: EndpointProtocol {
    package let name = "responses"

    package init() {}

    /// `store` is said expressly: without it a background response is gone ten minutes after its end.
    package func start(_ context: StartContext) -> EndpointCall {
        let input = context.messages.map { role, content -> JSON in
            ["role": .string(role), "content": .string(content)]
        }
        let message: JSON = [
            "model": .string(context.model), "background": true, "store": true,
            "input": input.isEmpty ? .string(context.input.text) : .array(input),
            "metadata": ["call_id": .string(context.job), "attempt": .string("\(context.attempt)")],
            "text": [
                "format": [
                    "type": "json_schema", "name": .string(OpenAIForms.schemaName(context.schemaName)),
                    "strict": true, "schema": context.outputSchema,
                ]
            ],
        ]
        return EndpointCall(
            url: OpenAIForms.url(context.url, "/responses"),
            headers: context.credentials.headers + context.commonHeaders, body: message.bytes())
    }

    /// A look-alike may ignore `background` and answer at once.
    package func read(start response: HTTPResponse) -> StartReply {
        guard (200..<300).contains(response.status) else { return .refusal(response) }
        guard let json = try? JSON.parse(response.body), let id = json["id"]?.string, json["status"] != nil else {
            return .fault(code: "not_a_response", message: "the endpoint's answer is no response", retryAfter: nil)
        }
        return StartReply(Self.read(json), remoteID: id)
    }

    package func poll(_ remote: RemoteJob) -> EndpointCall? { call("GET", remote, "") }

    package func cancel(_ remote: RemoteJob) -> EndpointCall? { call("POST", remote, "/cancel") }

    private func call(_ method: String, _ remote: RemoteJob, _ what: String) -> EndpointCall? {
        // The id comes from outside and goes into a path.
        guard remote.id.utf8.allSatisfy(Self.isPlain), !remote.id.isEmpty else { return nil }
        return EndpointCall(
            method: method, url: OpenAIForms.url(remote.url, "/responses") + "/\(remote.id)\(what)",
            headers: remote.credentials.headers)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    package func read(poll response: HTTPResponse) -> PollReply {
        switch response.status {
        case 200:
            guard let json = try? JSON.parse(response.body) else { return .unclear("the answer is no JSON") }
            return Self.read(json)
        case 404: return .lost
        default: return .unclear("HTTP \(response.status)")
        }
    }

    package func health(_ url: String, _ credentials: EndpointCredentials) -> EndpointCall? {
        EndpointCall(method: "GET", url: OpenAIForms.url(url, "/models"), headers: credentials.headers)
    }

    package func read(health response: HTTPResponse) -> HealthReply { OpenAIForms.health(response) }

    /// Which attempt a response is about, as its start has told in `metadata`.
    package static func origin(_ response: JSON) -> (job: String, attempt: Int)? {
        guard let job = response["metadata"]?["call_id"]?.string,
            let attempt = response["metadata"]?["attempt"]?.string.flatMap({ Int($0) }), attempt > 0
        else { return nil }
        return (job, attempt)
    }

    // MARK: - The response object

    private static func read(_ json: JSON) -> PollReply {
        var data: JSONObject = ["usage": OpenAIForms.usage(json["usage"])]
        data["model"] = json["model"]
        switch json["status"]?.string {
        case "queued", "in_progress": return .running(progress: [:])
        case "completed": return completed(json, data)
        case "failed": return .failed(failure(json["error"]), data: data)
        case "cancelled":
            return .failed(
                JobFailure(code: "cancelled", message: "the response was cancelled at its provider", isRetryable: true),
                data: data)
        case "incomplete":
            return .failed(incomplete(json["incomplete_details"]?["reason"]?.string ?? "unknown"), data: data)
        case let status: return .unclear("unknown status '\((status ?? "none").prefix(40))'")
        }
    }

    private static func completed(_ json: JSON, _ data: JSONObject) -> PollReply {
        var data = data
        let parts = (json["output"]?.array ?? []).filter { $0["type"]?.string == "message" }
            .flatMap { $0["content"]?.array ?? [] }
        if parts.contains(where: { $0["type"]?.string == "refusal" }) {
            return .failed(
                JobFailure(code: "refused", message: "the model refused", isRetryable: false), data: data)
        }
        let texts = parts.filter { $0["type"]?.string == "output_text" }.compactMap { $0["text"]?.string }
        guard !texts.isEmpty else {
            return .failed(
                JobFailure(code: "no_content", message: "the response has no text", isRetryable: true), data: data)
        }
        data["output"] = .string(texts.joined())
        data["finish_reason"] = "stop"
        return .completed(data)
    }

    private static func failure(_ error: JSON?) -> JobFailure {
        let code = error?["code"]?.string ?? "failed"
        let isRetryable = ["server_error", "rate_limit_exceeded", "vector_store_timeout"].contains(code)
        return JobFailure(
            code: String(code.prefix(60)),
            message: String((error?["message"]?.string ?? "the response failed").prefix(150)),
            isRetryable: isRetryable)
    }

    private static func incomplete(_ reason: String) -> JobFailure {
        switch reason {
        case "max_output_tokens", "max_messages":
            JobFailure(code: "output_cut", message: "the response was cut at its limit", isRetryable: true)
        case "content_filter":
            JobFailure(code: "refused", message: "the endpoint's filter refused", isRetryable: false)
        default:
            JobFailure(
                code: "incomplete", message: "the response is incomplete: \(reason.prefix(60))", isRetryable: true)
        }
    }
}
