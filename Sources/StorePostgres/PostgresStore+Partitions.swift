import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func maintain() async throws {
        try await makePartitions()
        try await forgetReceipts()
    }

    /// A week ahead: history by the week (or as the settings say), deliveries by the day, since they are purged sooner.
    func makePartitions() async throws {
        _ = try await keep("SELECT make_partitions('transitions', \(partitionDays)::int, '7 days') AS made")
        _ = try await keep("SELECT make_partitions('deliveries', 1, '7 days') AS made")
    }

    package func dropPartitions(transitions: Timestamp, deliveries: Timestamp) async throws -> [String] {
        var dropped = try await dropMarked()
        for name in try await partitions(of: "transitions", before: transitions) {
            try await carryHistory(from: name)
            if try await drop(name, of: "transitions") { dropped.append(name) }
        }
        for name in try await partitions(of: "deliveries", before: deliveries)
        where try await drop(name, of: "deliveries") { dropped.append(name) }
        return dropped
    }

    private func partitions(of parent: String, before limit: Timestamp) async throws -> [String] {
        let end = try Stored.time(limit) as Int64
        return try await keep(
            "SELECT name FROM partition_ranges(\(parent)) WHERE ends <= time_of(\(end)) ORDER BY ends"
        )
        .decoded { try $0.string("name") }
    }

    // MARK: - Carrying

    /// Copies the history of posts that are still there, some posts at a time. No row comes into a range that is over,
    /// so what was copied is all.
    private func carryHistory(from partition: String) async throws {
        var cursor: Int64? = .min
        while let after = cursor {
            let found = try await keep(
                """
                WITH few AS MATERIALIZED (
                    SELECT DISTINCT t.post_id FROM \(raw: partition) t WHERE t.post_id > \(after)
                    ORDER BY t.post_id LIMIT 1000
                ), carried AS (
                    INSERT INTO transitions_kept
                    SELECT t.* FROM few JOIN posts p ON p.id = few.post_id
                    JOIN \(raw: partition) t ON t.post_id = few.post_id
                    ON CONFLICT DO NOTHING
                )
                SELECT max(post_id) AS last FROM few
                """)
            cursor = try found.decoded { try $0.optionalInt64("last") }.only
        }
    }

    // MARK: - Dropping

    /// What says that a table is on its way out, whatever becomes of this process.
    private static let mark = "rejoinder: to be dropped"

    /// Detaches and drops a partition. False when somebody reads it: it stays marked, and the next call goes on.
    private func drop(_ partition: String, of parent: String) async throws -> Bool {
        try await unlessBusy {
            _ = try await keep("COMMENT ON TABLE \(raw: partition) IS '\(raw: Self.mark)'")
            // Not in a transaction: it waits for those that may still see the partition, and holds up nobody meanwhile.
            _ = try await keep("ALTER TABLE \(raw: parent) DETACH PARTITION \(raw: partition) CONCURRENTLY")
            _ = try await keep("DROP TABLE \(raw: partition)")
        }
    }

    /// Goes on where an earlier call had to stop.
    private func dropMarked() async throws -> [String] {
        let marked = try await keep(
            """
            SELECT c.relname::text AS name, i.inhparent::regclass::text AS parent, i.inhdetachpending AS pending
            FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
                AND c.relname ~ '^(transitions|deliveries)_[0-9]{8}$'
                AND obj_description(c.oid, 'pg_class') = \(Self.mark) AND i.inhdetachpending IS NOT FALSE
            """
        ).decoded { row in (name: try row.string("name"), parent: try row.optionalString("parent")) }
        var dropped: [String] = []
        for (name, parent) in marked {
            let isDropped = try await unlessBusy {
                if let parent {
                    _ = try await keep("ALTER TABLE \(raw: parent) DETACH PARTITION \(raw: name) FINALIZE")
                }
                _ = try await keep("DROP TABLE \(raw: name)")
            }
            if isDropped { dropped.append(name) }
        }
        return dropped
    }

    private func unlessBusy(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return true
        } catch let error as StoreError where error.code == .contention {
            return false
        }
    }
}
