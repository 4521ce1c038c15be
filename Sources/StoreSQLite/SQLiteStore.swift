import Dispatch
import GRDB
import JSONValue
import Store
import Threads

/// The storage seam on one SQLite file.
///
/// Lives on GRDB's queues: one writer, some readers beside it (WAL). Nothing blocks the cooperative pool.
package final class SQLiteStore: Store {
    /// Longer than any transaction of ours; another process (a backup, a shell) may hold the file for as long.
    static let busySeconds = 5.0

    let path: String
    let isReadOnly: Bool
    let pool: DatabasePool
    let wakeUpStreams = WakeUpStreams()
    private let clock: SQLiteClock
    /// What the clock lacks to the newest time in the file, when the wall clock was set back.
    private let lag: Duration
    private let lock: FileLock?
    private let isClosed = Locked(false)

    /// Opens or creates the file. A second server on the same file is refused; with `readOnly` no lock is taken, and
    /// whatever would write fails.
    package init(path: String, clock: SQLiteClock = .monotonic, readOnly: Bool = false) throws {
        self.path = path
        self.clock = clock
        isReadOnly = readOnly
        lock = readOnly ? nil : try FileLock(beside: path)
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration(readOnly: readOnly))
            let newest = try pool.read { try Self.newestTime($0) }
            lag = max(.zero, newest - clock.read())
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func configuration(readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 4000")
        }
        return configuration
    }

    /// The newest time that any commit has seen; zero before the first migration.
    private static func newestTime(_ db: Database) throws -> Timestamp {
        guard try db.tableExists("clock") else { return Timestamp(microseconds: 0) }
        return try db.row("SELECT now FROM clock") { try $0.time() } ?? Timestamp(microseconds: 0)
    }

    var time: Timestamp { clock.read() + lag }

    package func now() async throws -> Timestamp {
        try requireOpen()
        return time
    }

    // MARK: - Transactions

    /// Reads one snapshot of the file.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try requireOpen()
        do { return try await pool.read(body) } catch { throw mapped(error) }
    }

    /// One IMMEDIATE transaction. It runs to its end although the caller is cancelled: who gets an error other than
    /// `inDoubt` must be able to rely upon that nothing was written.
    @discardableResult
    func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        guard !isReadOnly else {
            throw StoreError(.unavailable, subject: path, "\(path) is open for reading only")
        }
        let writing = Task { [self] in
            try await pool.writeWithoutTransaction { db in try transaction(db, body) }
        }
        return try await writing.value
    }

    private func transaction<Value>(_ db: Database, _ body: (Transaction) throws -> Value) throws -> Value {
        try requireOpen()
        var result: Value?
        var isCommitting = false
        do {
            try db.inTransaction(.immediate) {
                let now = time
                let changes = db.totalChangesCount
                result = try body(Transaction(db: db, now: now.microseconds))
                if db.totalChangesCount != changes {
                    try db.run("UPDATE clock SET now = max(now, ?)", [now.microseconds])
                }
                isCommitting = true
                return .commit
            }
        } catch {
            throw isCommitting ? StoreError(commit: error, path: path) : mapped(error)
        }
        guard let result else { throw StoreError(.unavailable, subject: path, "the transaction did not run") }
        return result
    }

    func requireOpen() throws(StoreError) {
        guard !isClosed.withLock({ $0 }) else { throw StoreError(.closed, subject: path, "the store is closed") }
    }

    private func mapped(_ error: any Error) -> any Error {
        if error is CancellationError { return error }
        if isClosed.withLock({ $0 }), error is DatabaseError {
            return StoreError(.closed, subject: path, "the store is closed")
        }
        return StoreError(error, path: path)
    }

    // MARK: - End

    package func close() async {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        guard !wasClosed else { return }
        wakeUpStreams.finish()
        let done = Reply<Void>()
        // Waits for the transaction under way, so not on the cooperative pool.
        DispatchQueue.global().async { [pool, lock] in
            try? pool.close()
            lock?.release()
            done.resolve(.success(()))
        }
        try? await done.value
    }
}

/// A write transaction and the store's clock within it, in microseconds.
struct Transaction {
    let db: Database
    let now: Int64
}
