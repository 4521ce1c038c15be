import Crypto
import HTTPClient
import JSONValue
import Store
import Testing

/// What callbacks do to their posts.
@Suite struct CallbackOutcomeTests {
    @Test(arguments: Backend.allCases)
    func `progress moves the silence clock, never the deadline, and shows in the API`(_ backend: Backend) async throws {
        try await withService(backend, settings: ["triage.timeout=1h", "triage.silence=10m"]) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            let key = try #require(JobKey(start.job))
            let before = try #require(try await edge.store.job(key))
            let sent = try await edge.send(Callback(start, Callback.progress(0.4, "3 of 7 sources")))
            #expect(sent.status == 202 && sent.body.isEmpty)
            let after = try #require(try await edge.store.job(key))
            #expect(after.wakeAt > before.wakeAt)
            #expect(after.deadline == before.deadline)
            #expect(after.lastHeardAt != nil)
            let job = try await edge.get("/v1/posts/42").json["jobs"]?[0]
            #expect(job?["progress"] == ["fraction": 0.4, "message": "3 of 7 sources"])
            #expect(job?["wake_at"]?.string == after.wakeAt.description)
            #expect(try await edge.endings(post).isEmpty)
            #expect(try await edge.row(post).state.status == "processing")
        }
    }

    @Test(arguments: Backend.allCases)
    func `progress after the end is answered with 200 and is not shown`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 202)
            #expect(try await edge.send(Callback(start, Callback.progress(0.9), id: "msg_2")).status == 200)
            let key = try #require(JobKey(start.job))
            #expect(try await edge.store.job(key) == nil)
        }
    }

    @Test func `the history and the state hold facts, and nothing that a model or a post wrote`() async throws {
        try await withService(.sqlite) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 202)
            let write = try await edge.committed(post, "research", "pending")
            let history = try await edge.get("/v1/posts/42/history").text
            let state = [JSON.object(write.state.context), write.state.memory, .object(write.state.metadata)]
            for text in ["One number", "Ten rivers", "plastic", "rivers"] {
                #expect(!history.contains(text) && !state.contains { $0.text.contains(text) }, "\(text)")
            }
            #expect(history.contains("\"decision\":\"research\""))
            #expect(try await edge.get("/v1/posts/42/results").text.contains("One number"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `an output that does not fit the schema is a failed attempt, and the stage is tried again`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let first = try await edge.agent.starts.number(1, of: "start")
            let misfit = Callback(first, Callback.completed(["decision": "maybe"]))
            #expect(try await edge.send(misfit).status == 202)
            #expect(try await edge.send(misfit).status == 200)
            let second = try await edge.agent.starts.number(2, of: "start")
            let row = try await edge.row(post)
            #expect(row.state.retryCount == 1)
            #expect(row.state.metadata["error"] != nil)
            #expect(try await edge.store.results(post).isEmpty)
            #expect(try await edge.endings(post).count == 1)
            #expect(try await edge.send(Callback(second, Callback.completed(Callback.triage))).status == 202)
            try await edge.committed(post, "research", "pending")
            #expect(try await edge.row(post).state.metadata["error"] == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a failure that may be retried is, until the retries are used up`(_ backend: Backend) async throws {
        try await withService(backend, settings: ["triage.max_retries=2"]) { edge in
            let post = try await edge.submit()
            for number in 1...3 {
                let start = try await edge.agent.starts.number(number, of: "start")
                #expect(try await edge.send(Callback(start, Callback.failed(retryable: true))).status == 202)
            }
            let write = try await edge.committed(post, "triage", "failed")
            #expect(write.state.retryCount == 2)
            #expect(write.state.waitsFor == .person)
            #expect(write.state.metadata["error"]?["message"]?.string == "no search today")
            #expect(edge.agent.starts.all.count == 3)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a permanent failure is not retried`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.failed(retryable: false))).status == 202)
            let row = try await edge.row(post)
            #expect(row.state.stage == "triage" && row.state.status == "failed")
            #expect(row.state.retryCount == 0)
        }
    }

    @Test(arguments: Backend.allCases)
    func `the attempt is committed before its request goes out`(_ backend: Backend) async throws {
        let edgeBox = Happenings<ServiceUnderTest>()
        let seen = Happenings<JobRow?>()
        let agent: CallbackAgent.Behaviour = { start, _ in
            if let edge = try? await edgeBox.number(1, of: "service"), let key = JobKey(start.job) {
                seen.add(try? await edge.store.job(key))
            }
            return CallbackAgent.accepted
        }
        try await withService(backend, agent: agent) { edge in
            edgeBox.add(edge)
            let post = try await edge.submit()
            let job = try #require(try await seen.number(1, of: "look into the database"))
            #expect(job.phase == .starting && job.attempt == 1 && job.endpoint == "agent")
            #expect(try await edge.row(post).state.assignedTo == "agent")
        }
    }

    @Test(arguments: Backend.allCases)
    func `a callback under the last master key counts while the keys are rotated`(_ backend: Backend) async throws {
        let place = try await Place(backend)
        let oldKey = WebhookSecret(bytes: Array("the master key before the change".utf8))
        let started = Happenings<CallbackAgent.Start>()
        try await withService(in: place, environment: ["REJOINDER_CALLBACKS_KEY": oldKey.exposed]) { edge in
            try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.accepted(start).isRecorded)
            started.add(start)
        }
        let start = try await started.number(1, of: "start")
        let path = start.callbackURL.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        try await withService(in: place) { edge in
            let gone = Callback(start, Callback.completed(Callback.triage)).with { $0.url = edge.url + path }
            let refused = try await edge.send(gone)
            #expect(refused.status == 401)
        }
        let file = try place.folder.write(oldKey.exposed, to: "previous.key")
        try await withService(in: place, settings: ["callbacks.previous_key_file=\(file)"]) { edge in
            let callback = Callback(start, Callback.completed(Callback.triage)).with { $0.url = edge.url + path }
            #expect(try await edge.send(callback).status == 202)
            try await edge.committed(PostID(42), "research", "pending")
            #expect(edge.agent.starts.all.isEmpty)
        }
    }
}
