import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func heartbeat(node: String) async throws -> Timestamp {
        let rows = try await write(
            """
            INSERT INTO nodes (name, heard_at) VALUES (\(node), clock_timestamp())
            ON CONFLICT (name) DO UPDATE SET heard_at = excluded.heard_at
            RETURNING micros_of(heard_at) AS at
            """)
        return try rows.decoded { try $0.time("at") }.only
    }

    package func acquireLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        let rows = try await write(
            """
            WITH free AS MATERIALIZED (
                SELECT name FROM endpoints WHERE owner IS NULL OR lease_until <= clock_timestamp()
                ORDER BY name FOR NO KEY UPDATE
            )
            UPDATE endpoints e SET
                owner = \(node), epoch = e.epoch + 1,
                lease_until = clock_timestamp() + \(Stored.delay(microseconds))::bigint * '1 microsecond'::interval
            FROM free WHERE e.name = free.name
            RETURNING e.name, e.owner, e.epoch
            """)
        return try rows.decoded { try Lease($0) }
    }

    package func renewLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        let rows = try await write(
            """
            WITH held AS MATERIALIZED (
                SELECT name FROM endpoints WHERE owner = \(node) AND lease_until > clock_timestamp()
                ORDER BY name FOR NO KEY UPDATE
            )
            UPDATE endpoints e SET
                lease_until = clock_timestamp() + \(Stored.delay(microseconds))::bigint * '1 microsecond'::interval
            FROM held WHERE e.name = held.name
            RETURNING e.name, e.owner, e.epoch
            """)
        return try rows.decoded { try Lease($0) }
    }

    package func releaseLeases(node: String) async throws {
        _ = try await write(
            """
            WITH held AS MATERIALIZED (
                SELECT name FROM endpoints WHERE owner = \(node) ORDER BY name FOR NO KEY UPDATE
            )
            UPDATE endpoints e SET owner = NULL, lease_until = NULL FROM held WHERE e.name = held.name
            """)
    }

    package func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow] {
        let results = try await write([
            "SELECT check_lease(\(lease.endpoint), \(lease.node), \(lease.epoch))",
            """
            UPDATE jobs j SET epoch = \(lease.epoch)
            -- Those of this epoch are being sent by this owner already.
            WHERE j.endpoint = \(lease.endpoint) AND j.phase = 'starting' AND j.epoch <> \(lease.epoch)
            RETURNING \(raw: JobRow.columns)
            """,
        ])
        return try results.decoded(1) { try JobRow($0) }
    }
}

extension Lease {
    fileprivate init(_ row: Row) throws {
        self.init(endpoint: try row.string("name"), node: try row.string("owner"), epoch: try row.int64("epoch"))
    }
}
