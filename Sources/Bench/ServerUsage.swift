import Foundation
import Glibc
import Postgres

/// What a Postgres server has used so far. The CPU is known only where the server runs on this machine.
struct ServerUsage: Sendable {
    let walBytes: Int64
    let cpuMicroseconds: Int64?

    init(_ connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS wal, pg_backend_pid()::bigint AS pid")
        guard let row = rows.first else { throw BenchError("Postgres does not say how much it has written") }
        walBytes = try row.int64("wal")
        cpuMicroseconds = Self.cpu(ofServerWithBackend: try row.int("pid"))
    }

    /// The postmaster, its backends, and those that it has outlived.
    private static func cpu(ofServerWithBackend backend: Int) -> Int64? {
        guard let parent = ProcStat(process: String(backend))?.parent,
            let postmaster = ProcStat(process: String(parent)), postmaster.name.hasPrefix("postgres")
        else { return nil }
        let children = ProcessUsage.text("/proc/\(parent)/task/\(parent)/children").split(separator: " ")
        let live = children.reduce(Int64(0)) { $0 + (ProcStat(process: String($1))?.ticks ?? 0) }
        let ticks = postmaster.ticks + postmaster.reapedTicks + live
        return ticks * 1_000_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }
}
