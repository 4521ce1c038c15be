import HTTPClient
import JSONValue
import Store
import TestSupport
import Testing

/// While the database is away nothing is acknowledged, and the sender is asked to come again.
@Suite struct CallbackOutageTests {
    @Test(arguments: Backend.allCases)
    func `without a database a callback is told to come again, and counts when it does`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            _ = try await edge.accepted(start)
            let callback = Callback(start, Callback.completed(Callback.triage))
            edge.outage.isDown.set(true)
            for message in [callback, Callback(start, Callback.progress(0.5), id: "msg_2")] {
                let refused = try await edge.send(message)
                #expect(refused.status == 503)
                #expect(refused.code == "unavailable")
                #expect(refused.headers["Retry-After"].flatMap { Int($0) } ?? 0 > 0)
            }
            edge.outage.isDown.set(false)
            #expect(try await edge.endings(post).isEmpty)
            #expect(try await edge.send(callback).status == 202)
            #expect(try await edge.endings(post).count == 1)
        }
    }

    @Test func `a callback counts after its Postgres was stopped and has come back`() async throws {
        let postgres = try await PrivatePostgres.start()
        try await withService(in: Place(database: postgres.url)) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            _ = try await edge.accepted(start)
            let callback = Callback(start, Callback.completed(Callback.triage))
            try await postgres.stop(.immediate)
            let refused = try await edge.send(callback)
            #expect(refused.status == 503)
            #expect(refused.headers["Retry-After"] != nil)
            #expect(try await edge.get("/readyz").status == 503)
            #expect(try await edge.get("/livez").status == 200)
            try await postgres.startAgain()
            try await eventually("the callback counts", within: .seconds(60)) {
                let status = try await edge.send(callback).status
                #expect([202, 503].contains(status))
                return status == 202
            }
            #expect(try await edge.endings(post).count == 1)
            try await edge.committed(post, "research", "pending")
        }
        try await postgres.remove()
    }
}
