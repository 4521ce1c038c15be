import Postgres
import Store

extension PostgresStore {
    package func maintain() async throws {
        try await makePartitions()
        try await forgetReceipts()
    }

    /// A week ahead: history by the week, deliveries by the day (they are purged sooner).
    func makePartitions() async throws {
        _ = try await write(
            """
            SELECT count(*) FILTER (WHERE add_partition('transitions', s AT TIME ZONE 'UTC',
                (s + '7 days'::interval) AT TIME ZONE 'UTC')) AS made
            FROM date_trunc('week', statement_timestamp() AT TIME ZONE 'UTC') AS this_week,
                generate_series(this_week, this_week + '14 days'::interval, '7 days') AS s
            """)
        _ = try await write(
            """
            SELECT count(*) FILTER (WHERE add_partition('deliveries', s AT TIME ZONE 'UTC',
                (s + '1 day'::interval) AT TIME ZONE 'UTC')) AS made
            FROM date_trunc('day', statement_timestamp() AT TIME ZONE 'UTC') AS today,
                generate_series(today, today + '7 days'::interval, '1 day') AS s
            """)
    }
}
