import Foundation
import Postgres
import TestSupport
import Threads

/// The nodes, their Postgres, their far sides, and the proxies between all of them.
final class ChaosCluster: Sendable {
    let server: PrivatePostgres
    let rig: Rig
    let nodes: [ChaosNode]
    private let reddit: FakeServer
    /// To the endpoints and Reddit, and back to the nodes.
    private let endpoints: [TCPProxy]

    static func start(_ plan: ChaosPlan) async throws -> ChaosCluster {
        let server = try await PrivatePostgres.start()
        let database = TestDatabase(kind: .postgres, setting: server.url)
        let rig = try await Rig.make(TemporaryFolder(), database, rigPlan(plan))
        let cluster = try ChaosCluster(server, rig, nodes: plan.nodes)
        for node in cluster.nodes { try await node.start() }
        return cluster
    }

    private static func rigPlan(_ plan: ChaosPlan) -> Rig.Plan {
        var rig = Rig.Plan(
            reddit: ["--engagement-speed", "100"], chats: [["--duration", "0.05"]], agent: ["--duration", "0.2"],
            concurrent: 16)
        rig.settings = ["engine.lease": "\(Int(plan.lease / .milliseconds(1)))ms", "reddit.communities": ""]
        // Faults come one after the other here: that a stage fails for good is another test's.
        for source in ["triage", "research", "response", "editorial", "comment", "reconcile", "engagement"] {
            rig.settings["\(source).max_retries"] = "50"
            rig.settings["\(source).timeout"] = "8s"
            rig.settings["\(source).silence"] = "8s"
        }
        rig.settings["posting.max_reconciliations"] = "20"
        rig.settings["engagement.ages"] = "300ms"
        return rig
    }

    private init(_ server: PrivatePostgres, _ rig: Rig, nodes: Int) throws {
        self.server = server
        self.rig = rig
        guard let fake = rig.reddit else { throw TestFailure("there is no Reddit") }
        reddit = fake
        let ports = try (0..<nodes).map { _ in try freePort() }
        // One address for the callbacks of all nodes, as behind a balancer: whoever sends a job again sends the same.
        let callbacks = try TCPProxy(to: ports)
        rig.set("listen.public_url", "http://127.0.0.1:\(callbacks.port)")
        endpoints = try (rig.chats + [rig.agent, fake]).map { try Self.proxy($0.url, rig) } + [callbacks]
        self.nodes = try ports.enumerated().map { try ChaosNode($0 + 1, port: $1, rig) }
    }

    private static func proxy(_ url: String, _ rig: Rig) throws -> TCPProxy {
        guard let port = URLComponents(string: url)?.port.flatMap(UInt16.init) else {
            throw TestFailure("no port: \(url)")
        }
        let proxy = try TCPProxy(to: [port])
        rig.route(url, through: "http://127.0.0.1:\(proxy.port)")
        return proxy
    }

    /// Returns when the fault is over: what was stopped runs again, and what was held goes on.
    func strike(_ strike: ChaosStrike) async throws {
        let victims = try await victims(of: strike)
        let databases = victims.map(\.database)
        switch strike.fault {
        case .kill:
            for node in victims { try await node.kill() }
            await Self.rest(strike.length)
            for node in victims { try await node.start() }
        case .freeze:
            for node in victims { node.freeze() }
            await Self.rest(strike.length)
            for node in victims { node.thaw() }
        case .databaseStop:
            try await server.stop(.immediate)
            await Self.rest(strike.length)
            try await server.startAgain()
        case .backends: try await server.terminateBackends()
        case .databaseCut: await Self.spoil(databases, .refusing, strike.length)
        case .databaseHold: await Self.spoil(databases, .holding, strike.length)
        case .databaseReplies: await Self.spoil(databases, .droppingReplies, strike.length)
        case .redditReplies:
            // Of comments alone: without an answer to the reading before it, none would be sent.
            try await reddit.addFaults(["route": "comment", "fault": "drop_after", "probability": 1])
            await Self.rest(strike.length)
            try await reddit.clearFaults()
        case .endpointReplies: await Self.spoil(endpoints, .droppingReplies, strike.length)
        case .endpointCut: await Self.spoil(endpoints, .refusing, strike.length)
        }
    }

    private static func spoil(_ proxies: [TCPProxy], _ mode: TCPProxy.Mode, _ length: Duration) async {
        for proxy in proxies {
            proxy.set(mode)
            if mode == .refusing { proxy.cut() }
        }
        await rest(length)
        for proxy in proxies {
            // A stream with a gap is of no use any more.
            if mode == .droppingReplies { proxy.cut() }
            proxy.set(.passing)
        }
    }

    private func victims(of strike: ChaosStrike) async throws -> [ChaosNode] {
        switch strike.victim {
        case .everybody: return nodes
        case .anyone: return [nodes[strike.number % nodes.count]]
        case .owner:
            let rows = try await Self.query(
                server.url, "SELECT owner FROM endpoints WHERE protocol = 'reddit' AND owner IS NOT NULL")
            let owners = try rows.map { try $0.string("owner") }
            let owner = nodes.first { owners.contains($0.name) }
            return [owner ?? nodes[strike.number % nodes.count]]
        }
    }

    /// Time that passes because the run wants it to.
    static func rest(_ duration: Duration) async { await Signal().wait(atMost: duration) }

    /// Asks the server directly.
    static func query(_ url: String, _ statement: SQL) async throws -> Rows {
        let connection = PostgresConnection(url: url, applicationName: "chaos")
        do {
            let rows = try await connection.query(statement)
            await connection.close()
            return rows
        } catch {
            await connection.close()
            throw error
        }
    }
}
