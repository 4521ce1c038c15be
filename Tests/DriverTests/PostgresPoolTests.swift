import Postgres
import TestSupport
import Testing
import Threads

/// Many callers on few connections, and listening.
@Suite struct PostgresPoolTests {
    @Test func `callers beside each other each get their own answer`() async throws {
        let pool = PostgresPool(url: try await PrivatePostgres.makeSchema(), size: 3, applicationName: "pool")
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask { try await pool.query("SELECT \(number)::int AS n")[0].int("n") == number }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 200)
        await pool.close()
    }

    @Test func `a connection that waits does not hold up the others`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        let pool = PostgresPool(url: url, size: 2, applicationName: "pool")
        try await withConnection(to: url) { holder in
            _ = try await holder.query("SELECT pg_advisory_lock(\(1))")
            async let waiting = pool.query("SELECT pg_advisory_lock(\(1))")
            try await eventually("a waiting session") {
                try await !holder.query(
                    """
                    SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database AND datname = current_database()
                    WHERE NOT granted
                    """
                ).isEmpty
            }
            // Answered although the first connection of the pool is held up until the lock is given back.
            for number in 0..<3 {
                let rows = try await pool.query("SELECT \(number)::int AS n")
                #expect(try rows[0].int("n") == number)
            }
            _ = try await holder.query("SELECT pg_advisory_unlock(\(1))")
            _ = try await waiting
        }
        await pool.close()
    }

    @Test func `a connection is free as soon as its answer is there`() async throws {
        try await withConnection { connection in
            for number in 0..<300 {
                _ = try await connection.query("SELECT \(number)::int AS n")
                #expect(connection.pendingCount == 0)
            }
        }
    }

    @Test func `a listener hears its channels, and again after its session was ended`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        let events = EventLog()
        let listener = PostgresListener(url: url, applicationName: "ear", channels: ["posts", "We\"ird"]) {
            events.add($0)
        }
        try await withConnection(to: url) { connection in
            try await events.wait { $0 == [.listening] }
            _ = try await connection.transaction([
                "SELECT pg_notify('posts', \("a 'b' é"))", "SELECT pg_notify(\("We\"ird"), '')",
            ])
            try await events.wait {
                $0.dropFirst() == [
                    .notification(channel: "posts", payload: "a 'b' é"), .notification(channel: "We\"ird", payload: ""),
                ]
            }
            try await PrivatePostgres.terminateBackends(url, applicationName: "ear")
            try await events.wait { $0.filter { $0 == .listening }.count == 2 }
            _ = try await connection.query("NOTIFY posts, 'later'")
            try await events.wait { $0.last == .notification(channel: "posts", payload: "later") }
        }
        await listener.close()
        await listener.close()
    }

    @Test func `a listener without a server says so and closes`() async throws {
        let events = EventLog()
        let listener = PostgresListener(
            url: "postgresql://u:secret@127.0.0.1:1/x", applicationName: "ear", channels: ["posts"]
        ) { events.add($0) }
        try await events.wait { $0.count >= 2 }
        await listener.close()
        guard case .lost(let error)? = events.all.first else {
            Issue.record("the loss was not told")
            return
        }
        #expect(error.code == .unavailable && !error.description.contains("secret"))
    }
}

/// What a listener told, and a way to wait for it.
private final class EventLog: Sendable {
    private let events = Locked<[PostgresListener.Event]>([])
    private let change = Signal()

    var all: [PostgresListener.Event] { events.withLock { $0 } }

    func add(_ event: PostgresListener.Event) {
        events.withLock { $0.append(event) }
        change.raise()
    }

    func wait(until condition: ([PostgresListener.Event]) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !condition(all) {
            guard ContinuousClock.now < deadline else { throw TestFailure("got only \(all)") }
            await change.wait(atMost: .milliseconds(200))
        }
    }
}
