import Engine
import HTTPClient
import JSONValue

/// What an endpoint's answer to a start means.
package enum StartReply: Sendable {
    /// It will call back.
    case accepted(remoteID: String?)
    /// Done at once, with what the contract calls `data`: `output` and `usage`.
    case completed(JSONObject)
    /// The job cannot be done so; the chart decides. What it has cost all the same is in `usage`, as for a completed one.
    case failed(JobFailure, data: JSONObject = [:])
    /// The endpoint cannot take work now.
    case fault(code: String, message: String, retryAfter: Duration?)
}

extension StartReply {
    /// What a job's standing means in the answer to its start: it may have ended already.
    init(_ standing: PollReply, remoteID: String) {
        switch standing {
        case .completed(let data): self = .completed(data)
        case .failed(let failure, let data): self = .failed(failure, data: data)
        case .running, .lost, .unclear: self = .accepted(remoteID: String(remoteID.prefix(200)))
        }
    }

    /// What a status that is no success means, the same for every protocol: faults of the endpoint put the job back,
    /// refusals of the request fail it.
    static func refusal(_ response: HTTPResponse) -> StartReply {
        let status = response.status
        let code = "http_\(status)"
        let text = errorText(response)
        switch status {
        case 408, 425, 429, 500...599:
            if isQuotaExhausted(response) {
                return .fault(code: "quota_exhausted", message: text, retryAfter: .seconds(300))
            }
            return .fault(code: code, message: text, retryAfter: RetryAfter.duration(response.headers))
        case 401, 403, 404:
            return .fault(code: code, message: "the endpoint refuses the service: \(text)", retryAfter: .seconds(30))
        default:
            return .failed(JobFailure(code: code, message: text, isRetryable: status == 409))
        }
    }

    /// A request that did not get an answer.
    static func fault(_ error: HTTPClientError) -> StartReply {
        .fault(
            code: error.code.rawValue, message: "the endpoint did not answer (\(error.code.rawValue))", retryAfter: nil)
    }

    private static func errorText(_ response: HTTPResponse) -> String {
        let json = try? JSON.parse(response.body)
        let message = json?["error"]?["message"]?.string ?? json?["detail"]?.string ?? json?["error"]?.string
        return "HTTP \(response.status)" + (message.map { ": \($0.prefix(150))" } ?? "")
    }

    /// OpenAI answers 429 for an empty account too; trying again at once helps nobody.
    private static func isQuotaExhausted(_ response: HTTPResponse) -> Bool {
        let error = (try? JSON.parse(response.body))?["error"]
        return error?["code"]?.string == "insufficient_quota" || error?["type"]?.string == "insufficient_quota"
    }
}
