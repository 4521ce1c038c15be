import Engine
import JSONValue

/// An A2A task as 1.0 or 0.3 writes it.
struct A2ATask {
    let id: String
    let standing: PollReply

    init?(_ json: JSON) {
        guard let id = json["id"]?.string, let state = json["status"]?["state"]?.string else { return nil }
        self.id = id
        standing = Self.standing(json, Self.state(state))
    }

    /// `TASK_STATE_INPUT_REQUIRED` and `input-required` are the same.
    static func state(_ text: String) -> String {
        let plain = text.hasPrefix("TASK_STATE_") ? String(text.dropFirst("TASK_STATE_".count)) : text
        return plain.lowercased().replacing("_", with: "-")
    }

    static let endedStates: Set = ["completed", "failed", "rejected", "canceled", "input-required", "auth-required"]

    private static func standing(_ json: JSON, _ state: String) -> PollReply {
        switch state {
        case "submitted", "working", "unspecified", "unknown": return .running(progress: progress(json["status"]))
        case "completed":
            guard let output = output(of: json["artifacts"]?.array ?? [json["status"]?["message"] ?? .null]) else {
                return .failed(JobFailure(code: "no_content", message: "the task has no artifact", isRetryable: true))
            }
            return .completed(["output": output])
        case "failed": return .failed(JobFailure(code: "agent_failed", message: "the task failed", isRetryable: true))
        case "rejected":
            return .failed(JobFailure(code: "refused", message: "the agent rejected the task", isRetryable: false))
        case "canceled":
            return .failed(
                JobFailure(code: "cancelled", message: "the task was cancelled at its agent", isRetryable: true))
        case "input-required", "auth-required":
            return .failed(
                JobFailure(
                    code: state.replacing("-", with: "_"), message: "the agent wants something that no job gives it",
                    isRetryable: false))
        default: return .unclear("unknown state '\(state.prefix(40))'")
        }
    }

    /// What the agent says while it works.
    static func progress(_ status: JSON?) -> JSONObject {
        let text = status?["message"]?["parts"]?.array?.compactMap { $0["text"]?.string }.joined(separator: " ") ?? ""
        return text.isEmpty ? [:] : ["message": .string(String(text.prefix(200)))]
    }

    /// The first part with data, else the texts; nil when there is neither.
    static func output(of holders: [JSON]) -> JSON? {
        let parts = holders.flatMap { $0["parts"]?.array ?? [] }
        if let data = parts.lazy.compactMap({ $0["data"] }).first { return data }
        let text = parts.compactMap { $0["text"]?.string }.joined()
        return text.isEmpty ? nil : .string(text)
    }
}

/// A push notification: a hint to ask. Of four shapes; what it carries beyond the task's id and progress is not used,
/// since pushes come twice, in any order, or in parts.
package struct A2APush: Sendable, Hashable {
    package let taskID: String
    /// Whether it says that the task has ended, or waits for what it will not get.
    package let isEnd: Bool
    package let progress: JSONObject

    /// Nil when it is none of the shapes.
    package init?(_ json: JSON) {
        let id: JSON?
        var status: JSON?
        if let update = json["statusUpdate"] {
            (id, status) = (update["taskId"], update["status"])
        } else if let update = json["artifactUpdate"] ?? json["message"] {
            (id, status) = (update["taskId"], [:])
        } else {
            let task = json["task"] ?? json
            (id, status) = (task["id"], task["status"])
        }
        guard let id = id?.string, let status else { return nil }
        taskID = String(id.prefix(200))
        isEnd = A2ATask.endedStates.contains(A2ATask.state(status["state"]?.string ?? ""))
        progress = A2ATask.progress(status)
    }
}
