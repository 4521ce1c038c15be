import Engine
import JSONValue

/// The three messages of the callback contract.
enum CallbackMessage {
    case progress(JSONObject)
    /// The whole `data`: `output`, `usage`.
    case completed(JSONObject)
    /// With the whole `data`: a failure has its `usage` too.
    case failed(JobFailure, data: JSONObject)

    init(_ json: JSON) throws(Problem) {
        guard case .object(let message) = json, let type = message["type"]?.string else {
            throw Problem(400, .badRequest, "a callback is an object with 'type', 'timestamp' and 'data'")
        }
        guard let data = message["data"]?.object else {
            throw Problem(400, .badRequest, "'data' must be an object")
        }
        switch type {
        case "job.progress": self = .progress(try Self.progress(data))
        case "job.completed":
            guard data["output"] != nil else { throw Problem(400, .badRequest, "'data.output' is missing") }
            self = .completed(data)
        case "job.failed": self = .failed(try Self.failure(data), data: data)
        default:
            throw Problem(
                400, .badRequest,
                "'type' must be job.progress, job.completed or job.failed, not '\(type.prefix(40))'")
        }
    }

    private static func progress(_ data: JSONObject) throws(Problem) -> JSONObject {
        var progress = JSONObject()
        if let fraction = data["fraction"], !fraction.isNull {
            guard let value = fraction.double, (0...1).contains(value) else {
                throw Problem(400, .badRequest, "'data.fraction' must be a number from 0 to 1")
            }
            progress["fraction"] = .double(value)
        }
        if let message = data["message"], !message.isNull {
            guard let text = message.string else { throw Problem(400, .badRequest, "'data.message' must be a string") }
            progress["message"] = .string(String(text.prefix(200)))
        }
        return progress
    }

    private static func failure(_ data: JSONObject) throws(Problem) -> JobFailure {
        guard let error = data["error"]?.object, let code = error["code"]?.string else {
            throw Problem(400, .badRequest, "'data.error' must be an object with 'code', 'message' and 'retryable'")
        }
        return JobFailure(
            code: String(code.prefix(60)), message: error["message"]?.string ?? "the agent gave no message",
            isRetryable: error["retryable"]?.bool ?? false)
    }
}
