import Engine
import JSONValue
import Postgres
import Store
import StorePostgres
import StoreSQLite
import TestSupport
import Testing

/// Nodes that share one Postgres database of their own, each with an engine and, where a test wants to cut, a proxy.
struct NodesUnderTest: Sendable {
    let nodes: [EngineRig]
    let proxies: [DatabaseProxy]
    let beside: PostgresConnection

    static func with(
        _ count: Int, isProxied: Bool = false, options: EngineOptions = .quiet,
        _ body: (NodesUnderTest) async throws -> Void
    ) async throws {
        let url = try await PrivatePostgres.makeDatabase()
        let first = PostgresStore(url: url, node: "first")
        _ = try await first.migrate()
        try await first.reconcileEndpoints([.rig(slots: 2000)])
        await first.close()
        var nodes: [EngineRig] = []
        var proxies: [DatabaseProxy] = []
        for number in 0..<count {
            if isProxied { proxies.append(try DatabaseProxy(before: url)) }
            let store = PostgresStore(url: isProxied ? proxies[number].url : url, node: "node-\(number)")
            nodes.append(
                try await EngineRig(
                    store: FaultyStore(store), clock: StoreSQLite.ManualClock(), options: options,
                    node: "node-\(number)"))
        }
        let all = NodesUnderTest(
            nodes: nodes, proxies: proxies, beside: PostgresConnection(url: url, applicationName: "beside"))
        let running = nodes.map { node in Task { await node.engine.runLanes() } }
        let result: Result<Void, any Error>
        do { result = .success(try await body(all)) } catch { result = .failure(error) }
        for proxy in proxies { proxy.dropCommits(every: nil) }
        for (node, task) in zip(nodes, running) {
            await node.engine.drain(grace: .zero)
            await task.value
            await node.store.close()
        }
        for proxy in proxies { proxy.close() }
        await all.beside.close()
        try result.get()
    }

    /// Brings new posts to where they watch and take pokes.
    func watch(_ ids: ClosedRange<Int64>) async throws {
        let node = nodes[0]
        node.performer.play { _ in .completed(.decided("watch")) }
        let posts = ids.map { NewPost(submission: .rig(PostID($0)), priority: 0) }
        #expect(try await node.engine.create(posts, actor: "scanner").count == ids.count)
        try await node.dispatch()
        for id in ids { _ = try await node.row(id) { $0.state.configuration == ["watching"] } }
    }

    func number(_ query: String) async throws -> Int {
        try await beside.query("SELECT (\(raw: query))::bigint AS value").first?.int("value") ?? -1
    }

    /// Histories replay, nothing is stuck, and each post has been poked as often as it was said to be.
    func check(_ ids: ClosedRange<Int64>, pokes: [Int64: Int]) async throws {
        let node = nodes[0]
        #expect(try await node.store.stuckPosts(limit: 10).isEmpty)
        for id in ids {
            let row = try #require(try await node.store.posts([PostID(id)]).first)
            var history: [TransitionRow] = []
            while true {
                let page = try await node.store.history(PostID(id), after: history.last?.revision ?? 0, limit: 1000)
                history += page
                if page.count < 1000 { break }
            }
            #expect(
                HistoryReplay.check(row: row, history: history, interpreter: node.interpreter, settings: [:]) == nil)
            #expect(row.state.context["pokes"]?.int == Int64(pokes[id] ?? 0), "pokes of post \(id)")
            #expect(history.count { $0.event == "poke" } == pokes[id] ?? 0, "history of post \(id)")
        }
    }
}
