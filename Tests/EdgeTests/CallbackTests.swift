import Crypto
import HTTPClient
import JSONValue
import Store
import Testing
import Threads

/// A callback counts once, for its own attempt, and its 2xx is a receipt.
@Suite struct CallbackTests {
    @Test(arguments: Backend.allCases)
    func `a callback that comes before the start is answered counts like any other`(_ backend: Backend) async throws {
        let early = Happenings<Int?>()
        let client = HTTPClient(userAgent: "early agent")
        let agent: CallbackAgent.Behaviour = { start, _ in
            let response = try? await client.send(Callback(start, Callback.completed(Callback.triage)).request)
            early.add(response?.status)
            return CallbackAgent.accepted
        }
        try await withService(backend, agent: agent) { edge in
            let post = try await edge.submit()
            try await edge.committed(post, "research", "pending")
            #expect(edge.outage.acceptances.all.allSatisfy { !$0.isRecorded })
            #expect(try await early.number(1, of: "answer") == 202)
            #expect(try await edge.endings(post).count == 1)
            #expect(try await edge.store.results(post).map(\.stage) == ["triage"])
            #expect(edge.agent.starts.all.count == 1)
        }
        await client.close()
    }

    @Test(arguments: Backend.allCases)
    func `a hundred copies of a callback count once, and each of them is answered`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let callback = Callback(
                try await edge.agent.starts.number(1, of: "start"), Callback.completed(Callback.triage))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 { group.addTask { try await edge.send(callback).status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [202: 1, 200: 99])
            #expect(try await edge.endings(post).count == 1)
            #expect(try await edge.store.results(post).count == 1)
            #expect(try await edge.place.deliveries("counted") == 1)
            #expect(try await edge.place.deliveries("duplicate") == 99)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a repeated callback with a fresh timestamp is a duplicate with an empty answer`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            let callback = Callback(
                try await edge.agent.starts.number(1, of: "start"), Callback.completed(Callback.triage))
            let first = try await edge.send(callback)
            let second = try await edge.send(callback.with { $0.timestamp = "\(UnixTime.now + 1)" })
            #expect([first.status, second.status] == [202, 200])
            #expect(first.body.isEmpty && second.body.isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func `the same delivery with another body is a conflict, and the first is kept`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 202)
            let before = try await edge.store.results(post)
            let other = try await edge.send(Callback(start, Callback.failed(retryable: true)))
            #expect(other.status == 409)
            #expect(other.code == "delivery_conflict")
            #expect(try await edge.store.results(post) == before)
            #expect(try await edge.endings(post).count == 1)
            #expect(try await edge.place.deliveries("conflict") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a callback after the timeout is taken note of and changes nothing`(_ backend: Backend) async throws {
        try await withService(backend, settings: ["triage.timeout=300ms", "triage.max_retries=0"]) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            let failed = try await edge.committed(post, "triage", "failed")
            let late = try await edge.send(Callback(start, Callback.completed(Callback.triage)))
            #expect(late.status == 200)
            #expect(try await edge.row(post).state.status == "failed")
            #expect(try await edge.row(post).revision == failed.expectedRevision + Int64(failed.transitions.count))
            #expect(try await edge.store.results(post).isEmpty)
            #expect(try await edge.place.deliveries("stale") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a callback for a cancelled post is taken note of and changes nothing`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            let cancel = try await edge.post("/v1/posts/42/events", ["type": "cancel", "data": ["by": "ada"]])
            #expect(cancel.status == 200)
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 200)
            #expect(try await edge.row(post).state.status == "cancelled")
            #expect(try await edge.store.results(post).isEmpty)
            #expect(try await edge.place.deliveries("stale") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a callback counts for its own attempt only`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let first = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(first, Callback.failed(retryable: true))).status == 202)
            let second = try await edge.agent.starts.number(2, of: "start")
            #expect(second.attempt == 2 && second.job == first.job)
            let old = Callback(first, Callback.completed(Callback.triage), id: "msg_2")
            #expect(try await edge.send(old).status == 200)
            #expect(try await edge.send(old.with { $0.url = second.callbackURL }).status == 401)
            #expect(try await edge.store.results(post).isEmpty)
            let right = Callback(second, Callback.completed(Callback.triage), id: "msg_3")
            #expect(try await edge.send(right).status == 202)
            #expect(try await edge.store.results(post).map(\.attempt) == ["\(second.job)/2"])
        }
    }

    @Test(arguments: Backend.allCases)
    func `a callback of an attempt that was put back is stale, and its signature opens no other attempt`(
        _ backend: Backend
    ) async throws {
        let agent: CallbackAgent.Behaviour = { _, number in
            number == 1 ? .init(status: 503, text: "busy") : CallbackAgent.accepted
        }
        try await withService(backend, agent: agent) { edge in
            let post = try await edge.submit()
            let first = try await edge.agent.starts.number(1, of: "start")
            let second = try await edge.agent.starts.number(2, of: "start")
            #expect(second.job == first.job && second.attempt == 2)
            let old = Callback(first, Callback.completed(Callback.triage))
            #expect(try await edge.send(old).status == 200)
            #expect(try await edge.send(old.with { $0.url = second.callbackURL }).status == 401)
            #expect(try await edge.row(post).state.status == "processing")
            #expect(try await edge.place.deliveries("stale") == 1)
            #expect(try await edge.send(Callback(second, Callback.completed(Callback.triage))).status == 202)
            #expect(try await edge.endings(post).count == 1)
        }
    }
}
