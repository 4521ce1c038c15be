import HTTPClient
import JSONValue
import Postgres
import Store
import TestSupport
import Testing

/// Plays a race for one post after the other, and says how each ended.
struct CallbackRaceRun: Sendable {
    /// What was answered, and how often the job ended with a result and without one.
    struct Ending: Equatable, Sendable {
        var statuses: [Int]
        var completions = 0
        var failures = 0
    }

    let race: CallbackRace
    let edge: ServiceUnderTest
    let beside: PostgresConnection?
    let early: Happenings<(job: String, status: Int)>

    func play(_ id: Int64) async throws -> Ending {
        let post = try await edge.submit(id)
        let start = try await edge.agent.starts.number(1, of: "start of \(post)") { $0.job == "\(id)-1" }
        let statuses = try await play(post, start)
        var ending = Ending(statuses: statuses)
        for row in try await edge.endings(post) {
            if row.event.hasPrefix("done.") { ending.completions += 1 } else { ending.failures += 1 }
        }
        #expect(try await edge.store.results(post).count == ending.completions, "results of \(post)")
        return ending
    }

    private func play(_ post: PostID, _ start: CallbackAgent.Start) async throws -> [Int] {
        let good = Callback(start, Callback.completed(Callback.triage))
        switch race {
        case .early:
            return [try await early.number(1, of: "answer") { $0.job == start.job }.status]
        case .deadline:
            _ = try await beside?.query(
                "UPDATE jobs SET wake_at = clock_timestamp(), deadline = clock_timestamp() WHERE post_id = \(post.rawValue)"
            )
            async let fired = edge.service.engine.timers.fireDue()
            let status = try await edge.send(good).status
            _ = try await fired
            return [status]
        case .hundredfold: return try await send([Callback](repeating: good, count: 100))
        case .besideCancel:
            async let cancelled = cancel(post)
            let status = try await edge.send(good).status
            #expect(try await cancelled == 200)
            return [status]
        case .afterCancel:
            #expect(try await cancel(post) == 200)
            return [try await edge.send(good).status]
        case .oldAttempt: return try await playOldAttempt(start)
        case .changedBody: return try await send([good, good.with { $0.body += [0x20] }])
        case .replayed:
            let first = try await edge.send(good).status
            #expect(try await cancel(post) == 200)
            let row = try await edge.row(post)
            let again = try await send([good, good.with { $0.id = "msg_2" }])
            #expect(try await edge.row(post) == row)
            return [first] + again
        case .cutOff, .away: return [try await sendUntilTaken(good)]
        }
    }

    private func playOldAttempt(_ first: CallbackAgent.Start) async throws -> [Int] {
        let failed = try await edge.send(Callback(first, Callback.failed(retryable: true))).status
        let second = try await edge.agent.starts.number(1, of: "second start") {
            $0.job == first.job && $0.attempt == 2
        }
        let good = Callback(second, Callback.completed(Callback.triage), id: "msg_3")
        let old = Callback(first, Callback.completed(Callback.triage), id: "msg_2")
        async let late = edge.send(old).status
        async let right = edge.send(good).status
        return [failed, try await late, try await right]
    }

    private func send(_ callbacks: [Callback]) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for callback in callbacks { group.addTask { try await edge.send(callback).status } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
    }

    private func cancel(_ post: PostID) async throws -> Int {
        try await edge.post("/v1/posts/\(post)/events", ["type": "cancel", "data": ["by": "ada"]]).status
    }

    /// What a sender does that keeps to the contract: 503 says when to come again, and is no answer.
    func sendUntilTaken(_ callback: Callback) async throws -> Int {
        var status = 503
        try await eventually("a callback is taken", within: .seconds(120)) {
            let response = try await edge.send(callback)
            status = response.status
            guard status == 503 else { return true }
            #expect(response.headers["Retry-After"].flatMap { Int($0) } ?? 0 > 0)
            return false
        }
        return status
    }
}
