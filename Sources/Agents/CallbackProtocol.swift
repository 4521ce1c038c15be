import Crypto
import Engine
import HTTPClient
import JSONValue

/// The protocol `callback`: a signed start, 202, and later a signed callback.
package struct CallbackProtocol: EndpointProtocol {
    package let name = "callback"
    package let startIsIdempotent = true

    package init() {}

    package func start(_ context: StartContext) -> EndpointCall {
        let message: JSON = [
            "job_id": .string(context.job), "attempt": .int(Int64(context.attempt)), "stage": .string(context.stage),
            "model": .string(context.model), "deadline": .string(context.deadline), "input": context.input,
            "output_schema": context.outputSchema,
            "callback": [
                "url": .string(context.callbackURL), "secret": .string(context.callbackSecret.exposed),
            ],
        ]
        let body = message.bytes()
        var headers = context.credentials.headers + context.commonHeaders
        if let secret = context.credentials.signing {
            let id = "start_\(context.job)_\(context.attempt)"
            let signature = WebhookSignature.sign(id: id, timestamp: context.unixTime, body: body, secret: secret)
            headers += [
                ("webhook-id", id), ("webhook-timestamp", "\(context.unixTime)"), ("webhook-signature", signature),
            ]
        }
        return EndpointCall(url: context.url, headers: headers, body: body)
    }

    package func read(start response: HTTPResponse) -> StartReply {
        guard (200..<300).contains(response.status) else { return .refusal(response) }
        let json = try? JSON.parse(response.body)
        if json?["status"]?.string == "completed", let object = json?.object, object["output"] != nil {
            return .completed(object)
        }
        if json?["status"]?.string == "failed", let error = json?["error"] {
            return .failed(
                JobFailure(
                    code: String((error["code"]?.string ?? "agent_failed").prefix(60)),
                    message: error["message"]?.string ?? "the agent refused the job",
                    isRetryable: error["retryable"]?.bool ?? false), data: json?.object ?? [:])
        }
        let id = json?["id"]
        return .accepted(remoteID: (id?.string ?? id?.int.map(String.init)).map { String($0.prefix(200)) })
    }
}

/// A W3C trace context that is the same for all that concerns an attempt.
enum Trace {
    static func parent(_ job: String, _ attempt: Int) -> String {
        let digest = Digest.sha256Hex("rejoinder trace \(job)")
        let span = Digest.sha256Hex("rejoinder span \(job)/\(attempt)")
        return "00-\(digest.prefix(32))-\(span.prefix(16))-01"
    }
}
