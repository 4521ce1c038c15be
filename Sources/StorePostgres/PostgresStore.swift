import JSONValue
import Postgres
import Store
import Threads

/// The storage seam on Postgres.
///
/// Owns a few writing and reading connections and, once somebody asks for wake-ups, a listening one; each lives on a
/// thread of its own. Nothing blocks the cooperative pool.
package final class PostgresStore: Store {
    package let url: String
    let applicationName: String
    let writers: Writers
    let readers: PostgresPool
    /// For what the engine looks up by keys, many times a second: with plans that are made once, and never behind
    /// somebody's long list.
    let seekers: PostgresPool
    /// For bookkeeping that may be lost with a server that stops at once, and is made good then: batches wait neither
    /// behind it nor for its way to the disk.
    let notes: PostgresConnection
    /// For upkeep: neither a batch nor a page waits behind it. Its locks are waited for briefly, and what it commits
    /// need not reach the disk at once: lost removals are made again.
    let keeper: PostgresConnection
    /// For outgoing webhooks, so that no batch waits behind them. What is lost with a server that stops at once is made
    /// good: a delivery whose end was lost is sent once more.
    let courier: PostgresConnection
    let channel: WakeUpChannel
    /// How many days of history a partition holds.
    let partitionDays: Int
    /// The numbers of digests that this node has asked for.
    let digests = Locked<[String: Int]>([:])

    /// Connects at the first call. The URL may name several hosts; what it sets itself wins over our settings.
    /// - Parameters:
    ///   - url: as libpq reads it.
    ///   - node: shown as part of the sessions' `application_name`.
    ///   - writers: how many batches may be written at once: one for each lane.
    ///   - readers: how many reads of lists and pages, and as many of single rows by their keys.
    ///   - partitionDays: how many days of history a new partition holds.
    package init(url: String, node: String, writers: Int = 2, readers: Int = 2, partitionDays: Int = 7) {
        self.url = url
        self.partitionDays = partitionDays
        applicationName = "rejoinder \(Self.printable(node))"
        self.writers = Writers(url: url, count: writers, applicationName: applicationName)
        // One snapshot for all statements of a read; a write by mistake is refused.
        // As for the writers: what is found by keys must not be looked for in a whole table that was empty a while ago.
        let reading = [
            ("default_transaction_isolation", "repeatable read"), ("default_transaction_read_only", "on"),
            ("enable_seqscan", "off"),
        ]
        self.readers = PostgresPool(
            url: url, size: readers, applicationName: applicationName, sessionSettings: reading)
        seekers = PostgresPool(
            url: url, size: readers, applicationName: "\(applicationName) seeker",
            sessionSettings: reading + [("plan_cache_mode", "force_generic_plan")])
        notes = PostgresConnection(
            url: url, applicationName: "\(applicationName) notes",
            sessionSettings: [
                ("synchronous_commit", "off"), ("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off"),
            ])
        keeper = PostgresConnection(
            url: url, applicationName: "\(applicationName) keeper",
            sessionSettings: [
                ("lock_timeout", "300ms"), ("statement_timeout", "20s"), ("synchronous_commit", "off"),
                ("plan_cache_mode", "force_generic_plan"),
            ])
        courier = PostgresConnection(
            url: url, applicationName: "\(applicationName) courier",
            sessionSettings: [
                ("lock_timeout", "2s"), ("synchronous_commit", "off"), ("plan_cache_mode", "force_generic_plan"),
                ("enable_seqscan", "off"),
            ])
        channel = WakeUpChannel(url: url, applicationName: applicationName, sender: self.readers)
    }

    /// Postgres keeps 63 bytes of ASCII; the writers add their own mark.
    private static func printable(_ node: String) -> String {
        String(node.filter { $0.isASCII && !$0.isWhitespace }.prefix(24))
    }

    package func now() async throws -> Timestamp {
        try await read("SELECT micros_of(clock_timestamp()) AS now") { try $0.time("now") }.only
    }

    package func close() async {
        await channel.close()
        await keeper.close()
        await courier.close()
        await writers.close()
        await readers.close()
        await seekers.close()
        await notes.close()
    }

    // MARK: - Statements

    /// The rows that a statement returns. It changes nothing, so it is never in doubt.
    func read<Value>(
        _ sql: SQL, from pool: PostgresPool? = nil, _ decode: (Row) throws -> Value
    ) async throws -> [Value] {
        do { return try await (pool ?? readers).query(sql).decoded(decode) } catch { throw Self.reading(error) }
    }

    /// Statements that see one snapshot.
    func readTogether(_ statements: [SQL], from pool: PostgresPool? = nil) async throws -> [Rows] {
        do { return try await (pool ?? readers).transaction(statements) } catch { throw Self.reading(error) }
    }

    private static func reading(_ error: any Error) -> any Error {
        error is CancellationError ? error : StoreError(reading: error)
    }

    /// A statement that changes something, in a transaction of its own.
    func write(_ sql: SQL) async throws -> Rows {
        try await writers.onAny { connection in try await connection.query(sql) }
    }

    /// Bookkeeping, durable a moment after it was answered: see ``notes``.
    func note(_ sql: SQL) async throws -> Rows {
        let connection = notes
        do {
            return try await Task { try await connection.query(sql) }.value
        } catch {
            throw StoreError(error)
        }
    }

    /// Statements in one transaction.
    @discardableResult
    func write(_ statements: [SQL]) async throws -> [Rows] {
        try await writers.onAny { connection in try await connection.transaction(statements) }
    }
}
