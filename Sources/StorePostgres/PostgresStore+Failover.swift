import Postgres

extension PostgresStore {
    /// What a failover could cost, in a sentence; nil when there is one host, or each commit waits for a standby.
    package func failoverRisk() async throws -> String? {
        guard try PostgresConnection.hostCount(of: url) > 1 else { return nil }
        let isSynchronous = try await read(
            """
            SELECT current_setting('synchronous_standby_names') <> ''
                AND current_setting('synchronous_commit') NOT IN ('off', 'local') AS is_synchronous
            """
        ) { try $0.bool("is_synchronous") }.only
        if isSynchronous { return nil }
        return """
            the database has several hosts and no synchronous standby: what was acknowledged last is lost when another \
            takes over (set synchronous_standby_names, and synchronous_commit to on)
            """
    }
}
