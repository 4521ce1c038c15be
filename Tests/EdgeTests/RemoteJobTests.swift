import Crypto
import HTTPClient
import JSONValue
import Store
import Testing

/// Jobs at endpoints that are asked how they stand, whatever their webhooks say.
@Suite struct RemoteJobTests {
    private static let secret = WebhookSecret(bytes: Array("a provider's webhook secret.....".utf8))
    private static let former = WebhookSecret(bytes: Array("the provider's secret before it.".utf8))
    private static let environment = ["HOOK": secret.exposed, "FORMER_HOOK": former.exposed]
    private static let hooks = ", webhook_secret_env: HOOK, former_webhook_secret_env: FORMER_HOOK"

    /// A service that owns the remote endpoint already: before, its jobs go to the other one.
    private func withRemote(
        _ remote: RemoteAgent, _ backend: Backend = .sqlite, poll: String, _ more: String = "",
        _ test: (ServiceUnderTest) async throws -> Void
    ) async throws {
        try await withService(backend, yaml: remote.yaml(poll: poll, more), environment: Self.environment) { edge in
            while !edge.service.engine.ownedEndpoints.contains(where: { $0.name == "remote" }) { await Task.yield() }
            try await test(edge)
        }
        await remote.close()
    }

    @Test(arguments: RemoteAgent.Kind.allCases, Backend.allCases)
    func `a result is found by asking when no webhook ever comes`(
        _ kind: RemoteAgent.Kind, _ backend: Backend
    ) async throws {
        let remote = try RemoteAgent(kind)
        try await withRemote(remote, backend, poll: "100ms") { edge in
            let post = try await edge.submit()
            _ = try await remote.requests.number(3, of: "question") { $0.method == "get" }
            #expect(try await edge.endings(post).isEmpty)
            remote.end(0, .output(Callback.triage))
            try await edge.committed(post, "research", "pending")
            let results = try await edge.store.results(post)
            #expect(results.map(\.attempt) == ["42-1/1"])
            #expect(remote.tasks.count == 1 && edge.agent.starts.all.isEmpty)
        }
    }

    @Test func `a webhook of the provider makes the service ask at once, and counts once`() async throws {
        let remote = try RemoteAgent(.responses)
        try await withRemote(remote, poll: "1h", Self.hooks) { edge in
            let post = try await edge.submit()
            _ = try await remote.requests.number(1, of: "start")
            remote.end(0, .output(Callback.triage))
            func send(_ id: String, _ body: JSON, _ secret: WebhookSecret = Self.secret) async throws -> Int {
                try await edge.send(
                    Callback(url: edge.url + "/webhooks/remote", secret: secret, body).with { $0.id = id }
                )
                .status
            }
            let event: JSON = ["type": "response.completed", "data": ["id": "remote-1"]]
            #expect(try await send("wh_0", event, WebhookSecret(bytes: [1])) == 401)
            #expect(try await send("wh_1", ["type": "batch.completed", "data": ["id": "batch_1"]]) == 202)
            #expect(try await send("wh_2", ["type": "response.completed", "data": ["id": "../../admin"]]) == 202)
            #expect(try await edge.endings(post).isEmpty)
            // A key that is being exchanged is good for both.
            #expect(try await send("wh_3", event, Self.former) == 202)
            try await edge.committed(post, "research", "pending")
            #expect(try await send("wh_3", event) == 200)
            #expect(try await send("wh_3", ["type": "response.failed", "data": ["id": "remote-1"]]) == 409)
            #expect(try await send("wh_4", event) == 202)
            #expect(try await edge.endings(post).count == 1)
            let other = Callback(url: edge.url + "/webhooks/agent", secret: Self.secret, event)
            #expect(try await edge.send(other).status == 404, "no secret, no webhook")
        }
    }

    @Test func `pushes of an A2A agent are hints: doubled, reversed and forged ones change nothing`() async throws {
        let remote = try RemoteAgent(.a2a)
        try await withRemote(remote, poll: "1h") { edge in
            let post = try await edge.submit()
            _ = try await remote.requests.number(1, of: "start")
            let task = remote.tasks[0]
            let done = task.status("TASK_STATE_COMPLETED")
            let send = { (request: HTTPRequest) in try await edge.client.send(request).status }
            #expect(try await send(task.notification(done, token: "wrong")) == 401)
            #expect(try await send(task.notification(done, bearer: "wrong")) == 401)
            #expect(try await send(task.notification(["hello": "world"])) == 400)
            // It says that it has completed, and has not.
            #expect(try await send(task.notification(done)) == 202)
            _ = try await remote.requests.number(1, of: "question") { $0.method == "get" }
            let artifact: JSON = [
                "artifactUpdate": ["taskId": "remote-1", "artifact": ["parts": [["data": ["decision": "reject"]]]]]
            ]
            #expect(try await send(task.notification(artifact)) == 202)
            #expect(try await edge.endings(post).isEmpty)
            remote.end(0, .output(Callback.triage))
            #expect(try await send(task.notification(done)) == 202)
            #expect(try await send(task.notification(done)) == 202)
            try await edge.committed(post, "research", "pending")
            #expect(try await send(task.notification(task.status("TASK_STATE_WORKING"))) == 202)
            #expect(try await edge.endings(post).count == 1)
        }
    }

    @Test func `a push that comes before the start is answered leads to the result`() async throws {
        let remote = try RemoteAgent(.a2a)
        try await withRemote(remote, poll: "1h") { edge in
            remote.onStart { task in
                remote.end(0, .output(Callback.triage))
                let status = try? await edge.client.send(task.notification(task.status("TASK_STATE_COMPLETED"))).status
                #expect(status == 202)
                // The answer waits until the hint was followed.
                _ = try? await remote.requests.number(1, of: "question") { $0.method == "get" }
            }
            let post = try await edge.submit()
            try await edge.committed(post, "research", "pending")
            #expect(try await edge.endings(post).count == 1)
            #expect(remote.tasks.count == 1)
        }
    }

    @Test func `a start whose answer is lost is looked for before anything is sent again`() async throws {
        let remote = try RemoteAgent(.a2a)
        remote.loseAnswers(1)
        try await withRemote(remote, poll: "100ms", ", keeps_context: true") { edge in
            let post = try await edge.submit()
            _ = try await remote.requests.number(1, of: "search") { $0.method == "list" }
            remote.end(0, .output(Callback.triage))
            try await edge.committed(post, "research", "pending")
            #expect(remote.tasks.count == 1)
            #expect(try await edge.store.results(post).map(\.attempt) == ["42-1/1"])
        }
    }

    @Test(arguments: RemoteAgent.Kind.allCases)
    func `a job that ends here is cancelled there`(_ kind: RemoteAgent.Kind) async throws {
        let remote = try RemoteAgent(kind)
        try await withRemote(remote, poll: "100ms") { edge in
            let post = try await edge.submit()
            _ = try await remote.requests.number(1, of: "question") { $0.method == "get" }
            let answer = try await edge.post("/v1/posts/\(post)/events", ["type": "cancel", "data": ["by": "anna"]])
            #expect(answer.status < 300, "\(answer.text)")
            let cancel = try await remote.requests.number(1, of: "cancellation") { $0.method == "cancel" }
            #expect(cancel.body.text.contains("remote-1"))
        }
    }

    @Test(arguments: RemoteAgent.Kind.allCases)
    func `a result that its endpoint has lost fails the attempt, and the next one is made`(
        _ kind: RemoteAgent.Kind
    ) async throws {
        let remote = try RemoteAgent(kind)
        try await withRemote(remote, poll: "100ms") { edge in
            let post = try await edge.submit()
            _ = try await remote.requests.number(1, of: "start") { $0.method == "start" }
            remote.end(0, .forgotten)
            _ = try await remote.requests.number(2, of: "start") { $0.method == "start" }
            remote.end(1, .output(Callback.triage))
            try await edge.committed(post, "research", "pending")
            #expect(try await edge.store.results(post).map(\.attempt) == ["42-1/2"])
            #expect(try await edge.endings(post).first?.data["code"] == "result_lost")
        }
    }
}
