import Engine
import JSONValue
import Postgres
import Store
import TestSupport
import Testing

/// Two nodes on the same posts, on real Postgres.
@Suite struct TwoNodesTests {
    /// Pokes the posts in the order given; returns those that were taken.
    private func poke(_ node: EngineRig, _ ids: [Int64]) async throws -> [Int64] {
        try await withThrowingTaskGroup(of: Int64?.self) { group in
            for id in ids {
                group.addTask {
                    let outcome = try await node.engine.trigger("poke", data: [:], post: PostID(id), actor: "person:x")
                    if case .taken = outcome { return id }
                    Issue.record("a poke of post \(id): \(outcome)")
                    return nil
                }
            }
            return try await group.reduce(into: []) { if let id = $1 { $0.append(id) } }
        }
    }

    private func pokeFromBothEnds(_ nodes: NodesUnderTest, _ ids: [Int64]) async throws -> [Int64] {
        async let first = poke(nodes.nodes[0], ids)
        async let second = poke(nodes.nodes[1], ids.reversed())
        return try await first + second
    }

    private func work(_ nodes: NodesUnderTest, _ ids: [Int64]) async throws -> [Int64] {
        async let poked = pokeFromBothEnds(nodes, ids)
        async let claimed: Void = nodes.nodes[0].dispatch()
        async let fired: Void = fire(nodes)
        try await claimed
        try await fired
        return try await poked
    }

    @Test(.timeLimit(.minutes(5)))
    func `connections cut between COMMIT and its answer lose nothing and make nothing happen twice`() async throws {
        let ids: ClosedRange<Int64> = 1...8
        try await NodesUnderTest.with(2, isProxied: true) { nodes in
            try await nodes.watch(ids)
            for proxy in nodes.proxies { proxy.dropCommits(every: 2) }
            var pokes: [Int64: Int] = [:]
            while nodes.proxies.map(\.dropped).reduce(0, +) < 200 {
                for id in try await pokeFromBothEnds(nodes, Array(ids)) { pokes[id, default: 0] += 1 }
            }
            for proxy in nodes.proxies { proxy.dropCommits(every: nil) }
            #expect(pokes.values.reduce(0, +) > 200)
            try await nodes.check(ids, pokes: pokes)
        }
    }

    @Test(.timeLimit(.minutes(300)))
    func `nodes that take events, timers and claims of the same posts in opposite orders never deadlock`() async throws
    {
        // Small batches are many, and two large ones meet with many locks still to be had.
        let (few, many): (ClosedRange<Int64>, ClosedRange<Int64>) = (1...20, 1...400)
        try await NodesUnderTest.with(2) { nodes in
            try await nodes.watch(many)
            // A long run must not end what it pokes.
            _ = try await nodes.beside.query("UPDATE timers SET due = due + interval '7 days'")
            var pokes: [Int64: Int] = [:]
            var next: Int64 = 1000
            while nodes.nodes.map({ $0.store.commits.withLock(\.count) }).reduce(0, +) < RaceCount.batches {
                // New posts each round: their claims and timers stand between the pokes of the others.
                let fresh = (next..<next + 4).map { NewPost(submission: .rig(PostID($0)), priority: 0) }
                next += 4
                _ = try await nodes.nodes[1].engine.create(fresh.reversed(), actor: "scanner")
                let ids = next.isMultiple(of: 20) ? many : few
                for id in try await work(nodes, Array(ids)) { pokes[id, default: 0] += 1 }
            }
            let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            #expect(try await nodes.number(deadlocks) == 0)
            try await nodes.check(many, pokes: pokes)
        }
    }

    /// Both nodes fire what is due: the timers of posts that are not poked.
    private func fire(_ nodes: NodesUnderTest) async throws {
        _ = try await nodes.beside.query("UPDATE timers SET due = clock_timestamp() WHERE post_id >= 1000")
        async let one = nodes.nodes[0].engine.timers.fireDue()
        async let other = nodes.nodes[1].engine.timers.fireDue()
        _ = try await (one, other)
    }
}
