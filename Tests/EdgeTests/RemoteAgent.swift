import Crypto
import HTTPClient
import HTTPServer
import JSONValue
import Threads

/// An endpoint that is asked how jobs stand: OpenAI's Responses, or an A2A agent. Jobs end when a test says so.
final class RemoteAgent: Sendable {
    enum Kind: String, Sendable, CaseIterable { case responses, a2a }

    struct Task: Sendable {
        var id: String
        var start: JSON
        /// Nil while it works.
        var end: End?
    }

    enum End: Sendable {
        case output(JSON)
        /// The state as its protocol calls it.
        case state(String)
        /// As if it had never been.
        case forgotten
    }

    private struct State: Sendable {
        var tasks: [Task] = []
        var losesAnswers = 0
        var onStart: (@Sendable (Task) async -> Void)?
    }

    let kind: Kind
    let requests = Happenings<(method: String, body: JSON)>()
    private let state = Locked(State())
    private let running = Shared<HTTPServer?>(nil)

    init(_ kind: Kind) throws {
        self.kind = kind
        running.set(try HTTPServer { [weak self] in await self?.answer($0) ?? ServerResponse(status: 500) })
    }

    var url: String { "http://127.0.0.1:\(running.value?.port ?? 0)/rpc" }
    var tasks: [Task] { state.withLock { $0.tasks } }

    func close() async { await running.value?.close(grace: .milliseconds(200)) }

    func end(_ number: Int, _ end: End) { state.withLock { $0.tasks[number].end = end } }
    /// The next starts are carried out, and their answers are lost.
    func loseAnswers(_ count: Int) { state.withLock { $0.losesAnswers = count } }
    /// Called within each start, before it is answered.
    func onStart(_ body: @escaping @Sendable (Task) async -> Void) { state.withLock { $0.onStart = body } }

    /// The endpoint's line in the settings file, preferred to the callback agent.
    func yaml(poll: String, _ more: String = "") -> String {
        """
          - {name: remote, url: "\(url)", protocol: \(kind), capabilities: [triage], preference: 5, poll: \(poll)\(more)}

        """
    }

    private func answer(_ request: ServerRequest) async -> ServerResponse {
        let json = (try? JSON.parse(request.body)) ?? .null
        switch kind {
        case .responses:
            let parts = request.path.split(separator: "/").map(String.init)
            if request.method == "POST", parts.last == "responses" { return await start(json) }
            let id = parts.first { $0.hasPrefix("remote-") } ?? ""
            requests.add((parts.last == "cancel" ? "cancel" : "get", .string(id)))
            return show(id)
        case .a2a:
            switch json["method"]?.string {
            case "SendMessage": return await start(json)
            case "ListTasks":
                requests.add(("list", json))
                let context = json["params"]?["contextId"]
                let found = tasks.filter { $0.start["params"]?["message"]?["contextId"] == context && context != nil }
                return Self.json(["jsonrpc": "2.0", "id": "1", "result": ["tasks": .array(found.map(form))]])
            case let method:
                requests.add((method == "CancelTask" ? "cancel" : "get", json))
                return show(json["params"]?["id"]?.string ?? "")
            }
        }
    }

    private func start(_ json: JSON) async -> ServerResponse {
        let (task, isLost, hook) = state.withLock { state in
            let task = Task(id: "remote-\(state.tasks.count + 1)", start: json)
            state.tasks.append(task)
            defer { state.losesAnswers = max(0, state.losesAnswers - 1) }
            return (task, state.losesAnswers > 0, state.onStart)
        }
        requests.add(("start", json))
        await hook?(task)
        if isLost { return ServerResponse(status: 202, connection: .drop) }
        return kind == .a2a
            ? Self.json(["jsonrpc": "2.0", "id": "1", "result": ["task": form(task)]]) : Self.json(form(task))
    }

    private func show(_ id: String) -> ServerResponse {
        let task = tasks.first { $0.id == id }
        if let task, case .forgotten = task.end {
        } else if let task {
            return Self.json(kind == .a2a ? ["jsonrpc": "2.0", "id": "1", "result": form(task)] : form(task))
        }
        return kind == .a2a
            ? Self.json(["jsonrpc": "2.0", "id": "1", "error": ["code": -32001, "message": "Task not found"]])
            : ServerResponse(status: 404, text: "not found")
    }

    private func form(_ task: Task) -> JSON {
        var (state, output): (String, JSON?) = (kind == .a2a ? "TASK_STATE_WORKING" : "in_progress", nil)
        switch task.end {
        case .output(let value): (state, output) = (kind == .a2a ? "TASK_STATE_COMPLETED" : "completed", value)
        case .state(let name): state = name
        case .forgotten, nil: break
        }
        if kind == .a2a {
            var form: JSONObject = ["id": .string(task.id), "status": ["state": .string(state)]]
            if let output { form["artifacts"] = [["artifactId": "a", "parts": [["data": output]]]] }
            return .object(form)
        }
        let content: JSON = [["type": "output_text", "text": .string(output?.text ?? "")]]
        return [
            "id": .string(task.id), "object": "response", "status": .string(state), "model": "m-2",
            "metadata": task.start["metadata"] ?? nil,
            "output": output == nil ? [] : [["type": "reasoning"], ["type": "message", "content": content]],
            "usage": ["input_tokens": 11, "output_tokens": 7],
        ]
    }

    private static func json(_ value: JSON) -> ServerResponse {
        ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: value.bytes())
    }
}

extension RemoteAgent.Task {
    /// What an A2A agent was told to push to, and with what.
    var push: JSON? { start["params"]?["configuration"]?["taskPushNotificationConfig"] }

    /// A push notification as the SDKs send it.
    func notification(_ body: JSON, token: String? = nil, bearer: String? = nil) -> HTTPRequest {
        HTTPRequest(
            method: "POST", url: push?["url"]?.string ?? "",
            headers: [
                ("Content-Type", "application/json"),
                ("X-A2A-Notification-Token", token ?? push?["token"]?.string ?? ""),
                (
                    "Authorization",
                    "Bearer " + (bearer ?? push?["authentication"]?["credentials"]?.string ?? "")
                ),
            ], body: body.bytes(), timeout: .seconds(30))
    }

    func status(_ state: String) -> JSON {
        ["statusUpdate": ["taskId": .string(id), "status": ["state": .string(state)]]]
    }
}
