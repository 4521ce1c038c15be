import Foundation
import Postgres
import Store
import StorePostgres
import StoreSQLite

/// A database for one measurement: nothing else is in it, and what was made for it goes away with ``remove()``.
final class BenchDatabase: Sendable {
    /// The SQLite file, or the URL of Postgres with our schema as the search path.
    let location: String
    let target: BenchTarget
    /// A folder on the disk that the database writes to, as far as that is known.
    let folder: String
    private let server: PrivatePostgres?
    private let temporary: TemporaryFolder?
    private let schema: (name: String, url: String)?

    private init(
        _ target: BenchTarget, location: String, folder: String, server: PrivatePostgres? = nil,
        temporary: TemporaryFolder? = nil, schema: (name: String, url: String)? = nil
    ) {
        self.target = target
        self.location = location
        self.folder = folder
        self.server = server
        self.temporary = temporary
        self.schema = schema
    }

    static func open(_ target: BenchTarget) async throws -> BenchDatabase {
        switch target {
        case .privateSQLite:
            let temporary = try TemporaryFolder()
            return BenchDatabase(
                target, location: temporary.path + "/bench.sqlite", folder: temporary.path, temporary: temporary)
        case .sqlite(let path):
            guard !FileManager.default.fileExists(atPath: path) else {
                throw BenchError("\(path) exists: name a new file, so that nothing in it is touched")
            }
            return BenchDatabase(
                target, location: path, folder: URL(fileURLWithPath: path).deletingLastPathComponent().path)
        case .privatePostgres:
            let server = try await PrivatePostgres.start()
            return try await inSchema(target, of: server.url, folder: server.folder, server: server)
        case .postgres(let url):
            return try await inSchema(target, of: url, folder: NSTemporaryDirectory(), server: nil)
        }
    }

    /// Another schema of the same server, as empty as this one was. Its name is a part of an identifier.
    func sibling(_ name: String) async throws -> BenchDatabase {
        guard let schema else { throw BenchError("only a Postgres database has siblings") }
        return try await Self.inSchema(target, of: schema.url, folder: folder, server: nil, suffix: "_" + name)
    }

    private static func inSchema(
        _ target: BenchTarget, of url: String, folder: String, server: PrivatePostgres?, suffix: String = ""
    ) async throws -> BenchDatabase {
        let name = "rejoinder_bench_\(ProcessInfo.processInfo.processIdentifier)" + suffix
        let connection = PostgresConnection(url: url, applicationName: "rejoinder bench")
        do {
            _ = try await connection.query("CREATE SCHEMA \(raw: name)")
        } catch {
            await connection.close()
            server?.stop()
            throw BenchError("the database cannot be used: \(error)")
        }
        await connection.close()
        let separator = url.contains("?") ? "&" : "?"
        return BenchDatabase(
            target, location: url + separator + "options=-csearch_path%3D" + name, folder: folder, server: server,
            schema: (name, url))
    }

    func store(lanes: Int) throws -> any Store {
        target.isPostgres
            ? PostgresStore(url: location, node: "bench", writers: lanes)
            : try SQLiteStore(path: location)
    }

    /// Removes what was made: the schema, the server, the folder. Stores and connections must be closed before.
    func remove() async {
        if let server {
            server.stop()
        } else if let schema {
            let connection = PostgresConnection(
                url: schema.url, applicationName: "rejoinder bench", sessionSettings: [("statement_timeout", "0")])
            // Left behind, it is named for what it is; the figures are there all the same.
            _ = try? await connection.query("DROP SCHEMA \(raw: schema.name) CASCADE")
            await connection.close()
        }
        temporary?.remove()
    }
}
