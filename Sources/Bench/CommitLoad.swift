import JSONValue
import Store
import Threads

/// Single commits at a fixed rate, begun whether or not the last ones are answered.
struct CommitLoad: Sendable {
    struct Figures: Sendable {
        var latencies: LatencySample
        var count: Int

        var json: JSON {
            [
                "commits": .int(Int64(count)), "p50_ms": .rounded(latencies.percentile(0.5), 2),
                "p99_ms": .rounded(latencies.percentile(0.99), 2), "longest_ms": .rounded(latencies.longest, 1),
            ]
        }
    }

    let store: any Store
    let rate: Int

    /// Posts in Reddit's range that nothing else touches; each commit takes one of them a step further.
    private static let first: Int64 = 900_000_000_000
    private static let posts = 512
    private let revisions = Shared([Int64](repeating: 1, count: posts))

    func prepare() async throws {
        let writes = (0..<Self.posts).map { write(of: $0, from: 0) }
        _ = try await store.commit(Batch(id: "load", writes: writes))
    }

    /// Commits while the body runs.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws -> Figures {
        let isOver = Shared(false)
        let found = Shared<[Duration]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { isOver.set(true) }
                try await body()
            }
            var number = 0
            let start = ContinuousClock.now
            while !isOver.value {
                let due = start + .seconds(1) / rate * number
                // An open loop: the next commit is due at its moment.
                try await Task.sleep(until: due, clock: .continuous)
                let index = number % Self.posts
                group.addTask {
                    let took = try await commit(index, due)
                    found.withLock { $0.append(took) }
                }
                number += 1
            }
            try await group.waitForAll()
        }
        let latencies = found.value
        return Figures(latencies: LatencySample(latencies), count: latencies.count)
    }

    /// From the moment that it was due.
    private func commit(_ index: Int, _ due: ContinuousClock.Instant) async throws -> Duration {
        let revision = revisions.value[index]
        let result = try await store.commit(
            Batch(id: "load-\(index)-\(revision)", writes: [write(of: index, from: revision)]))
        // A post whose last commit is still under way loses this one.
        if !result.winners.isEmpty { revisions.withLock { $0[index] = revision + 1 } }
        return ContinuousClock.now - due
    }

    private func write(of index: Int, from revision: Int64) -> PostWrite {
        let post = PostID(Self.first + Int64(index))
        let state = PostState(
            chart: "bench", configuration: ["review"], context: ["retries": 0], memory: [:], priority: 1,
            stage: "review", status: "waiting", waitsFor: .person)
        let transition = TransitionRow(
            post: post, revision: revision + 1, event: "poke", data: [:], origin: "external", actor: "tool:bench",
            from: ["review"], to: ["review"], guards: [], effects: [], now: Timestamp(microseconds: 1),
            chart: "bench", settingsDigest: "", durationMicroseconds: 1)
        let submission = Submission(
            id: post, source: "bench", community: "bench", author: nil, title: "t", body: "", url: "", permalink: "",
            createdAt: Timestamp(microseconds: 1), score: 0, commentCount: 0)
        return PostWrite(
            post: post, expectedRevision: revision, submission: revision == 0 ? submission : nil, state: state,
            transitions: [transition])
    }
}
