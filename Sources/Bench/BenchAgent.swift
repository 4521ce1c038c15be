import Foundation
import HTTPServer
import JSONValue
import Store
import Threads

/// An agent for measurements, in a process of its own: it accepts every start at once, holds it, and calls back when it is
/// told to. Commands come by standard input, a line each; answers are one line of JSON each.
package final class BenchAgent: Sendable {
    private struct State: Sendable {
        var held: [JSON] = []
        /// How many starts were accepted and will never be called back about; nil when starts are held.
        var forgotten: Int?
        /// When the first start of a later stage came for a post.
        var followed: [PostID: ContinuousClock.Instant] = [:]
    }

    private let state = Shared(State())
    /// Where callbacks go to.
    private let target: UInt16

    /// - Parameter target: the port of the service that calls.
    package init(target: UInt16) { self.target = target }

    /// Runs until standard input ends.
    package func run() async throws {
        var options = ServerOptions()
        options.bodyLimit = { _, _ in 4 << 20 }
        let server = try HTTPServer(
            options: options, refuse: { _ in ServerResponse(status: 400) }, handler: { [self] in take($0) })
        Self.say(["port": .int(Int64(server.port))])
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "held": Self.say(["held": .int(state.withLock { Int64($0.forgotten ?? $0.held.count) })])
            case "forget":
                state.withLock { $0.forgotten = 0 }
                Self.say([:])
            case "remember":
                state.withLock { $0.forgotten = nil }
                Self.say([:])
            case "flood": Self.say(try deliver(decision: "reject", connections: 256, perSecond: nil, limit: .max))
            case "pace":
                let rate = Double(words.dropFirst().first ?? "") ?? 500
                let count = Int(words.dropFirst(2).first ?? "") ?? 1000
                Self.say(try deliver(decision: "research", connections: 64, perSecond: rate, limit: count))
            default: Self.say(["error": .string("no such command: \(line)")])
            }
        }
        await server.close(grace: .milliseconds(100))
    }

    private func take(_ request: ServerRequest) -> ServerResponse {
        let now = ContinuousClock.now
        if let start = try? JSON.parse(request.body) {
            state.withLock { state in
                if let count = state.forgotten {
                    state.forgotten = count + 1
                } else if start["stage"]?.string == "triage" {
                    state.held.append(start)
                } else if let id = start["job_id"]?.string, let job = JobKey(id), state.followed[job.post] == nil {
                    state.followed[job.post] = now
                }
            }
        }
        return ServerResponse(
            status: 202, headers: [("Content-Type", "application/json")], body: Array(#"{"id": "held"}"#.utf8))
    }

    /// Calls back about jobs that are held: as fast as so many connections can, or at a rate, each at its moment.
    private func deliver(decision: String, connections: Int, perSecond: Double?, limit: Int) throws -> JSON {
        let time = Int64(Date().timeIntervalSince1970)
        let starts = state.withLock { state -> [JSON] in
            let some = Array(state.held.prefix(limit))
            state.held.removeFirst(some.count)
            return some
        }
        let callbacks = starts.compactMap { PreparedCallback(start: $0, decision: decision, unixTime: time) }
        let run = CallbackRun(callbacks: callbacks, perSecond: perSecond, port: target)
        let figures = try run.measure(connections: connections)
        // Later stages are started after the answer: the last ones need a moment.
        if perSecond != nil { Thread.sleep(forTimeInterval: 1) }
        let followed = state.value.followed
        let next = figures.moments.compactMap { post, moment in followed[post].map { $0 - moment } }
        let acknowledged = LatencySample(figures.latencies)
        let led = LatencySample(next)
        return [
            "count": .int(Int64(callbacks.count)), "seconds": .rounded(figures.seconds, 3),
            "rate_per_s": .rounded(Double(callbacks.count) / figures.seconds, 0),
            "accepted": .int(Int64(figures.statuses[202] ?? 0)),
            "statuses": .object(JSONObject(figures.statuses.map { (String($0.key), .int(Int64($0.value))) })),
            "p50_ms": .rounded(acknowledged.percentile(0.5), 2), "p99_ms": .rounded(acknowledged.percentile(0.99), 2),
            "max_ms": .rounded(acknowledged.longest, 2), "next": .int(Int64(next.count)),
            "next_p50_ms": .rounded(led.percentile(0.5), 2), "next_p99_ms": .rounded(led.percentile(0.99), 2),
        ]
    }

    private static func say(_ value: JSON) {
        FileHandle.standardOutput.write(Data((value.text + "\n").utf8))
    }
}
