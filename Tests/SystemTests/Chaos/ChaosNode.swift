import Foundation
import Glibc
import TestSupport
import Threads

/// One of several service processes on one database, which it reaches through a proxy of its own.
final class ChaosNode: Sendable {
    let name: String
    let url: String
    /// Between this node and Postgres.
    let database: TCPProxy
    private let rig: Rig
    private let settings: [String: String]
    private let process = Locked<ServiceProcess?>(nil)

    /// Will listen on `port`, always the same one: whoever calls finds the node again.
    init(_ number: Int, port: UInt16, _ rig: Rig) throws {
        name = "chaos-\(number)"
        self.rig = rig
        guard var address = URLComponents(string: rig.database.setting), let server = address.port.flatMap(UInt16.init)
        else { throw TestFailure("the database's URL has no port") }
        database = try TCPProxy(to: [server])
        address.port = Int(database.port)
        url = "http://127.0.0.1:\(port)"
        settings = ["node": name, "listen.port": "\(port)", "database": address.string ?? ""]
    }

    func start() async throws {
        let started = try await rig.start(name, settings)
        process.withLock { $0 = started }
    }

    func kill() async throws { try await process.withLock { $0 }?.process.kill() }
    func freeze() { process.withLock { $0 }?.process.signal(SIGSTOP) }
    func thaw() { process.withLock { $0 }?.process.signal(SIGCONT) }
    func stop() async throws { try await process.withLock { $0 }?.stop() }

    var isRunning: Bool { process.withLock { $0 }?.process.isRunning ?? false }
    var lastLines: String { process.withLock { $0 }?.lastLines ?? "" }
}
