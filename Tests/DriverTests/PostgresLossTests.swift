import Postgres
import TestSupport
import Testing
import Threads

/// Lost connections, absent servers, closing and cancelling.
@Suite struct PostgresLossTests {
    @Test func `a connection ended while idle is made anew, with its settings`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        try await withConnection(to: url, name: "idle-victim", settings: [("work_mem", "5MB")]) { connection in
            let statement: SQL = "SELECT current_setting('work_mem') AS memory, pg_backend_pid() AS pid"
            let before = try await connection.query(statement)[0].int("pid")
            try await PrivatePostgres.terminateBackends(url, applicationName: "idle-victim")
            let row = try await connection.query(statement)[0]
            #expect(try row.string("memory") == "5MB" && row.int("pid") != before)
        }
    }

    @Test func `a query cut off in the middle was not carried out, and the next one works`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        try await withConnection(to: url, name: "query-victim") { connection in
            try await connection.script("CREATE TABLE t (id bigint)")
            async let error = postgresError {
                _ = try await connection.query("INSERT INTO t SELECT 1 FROM pg_sleep(\(20.0))")
            }
            try await waitForSleeper("query-victim", at: url)
            try await PrivatePostgres.terminateBackends(url, applicationName: "query-victim")
            #expect(await error?.code == .unavailable)
            #expect(await error?.sqlState == "57P01")
            #expect(try await connection.query("SELECT 1 FROM t").isEmpty)
        }
    }

    @Test func `a transaction cut off in a statement was not committed`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        try await withConnection(to: url, name: "transaction-victim") { connection in
            try await connection.script("CREATE TABLE t (id bigint)")
            async let error = postgresError {
                _ = try await connection.transaction(["INSERT INTO t VALUES (1)", "SELECT pg_sleep(\(20.0))"])
            }
            try await waitForSleeper("transaction-victim", at: url)
            try await PrivatePostgres.terminateBackends(url, applicationName: "transaction-victim")
            #expect(await error?.code == .unavailable)
            #expect(await error?.statementIndex == 1)
            #expect(try await connection.query("SELECT 1 FROM t").isEmpty)
        }
    }

    @Test func `a server that falls silent leaves a transaction in doubt`() async throws {
        try await withConnection(answerLimit: .milliseconds(300)) { connection in
            let error = await postgresError { _ = try await connection.transaction(["SELECT pg_sleep(\(5.0))"]) }
            #expect(error?.code == .inDoubt)
            let one = try await connection.query("SELECT 1 AS one")[0].int("one")
            #expect(one == 1)
        }
    }

    @Test func `a commit whose answer is lost is in doubt, although it was carried out`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        try await withConnection(to: url) { connection in
            try await connection.script(
                """
                CREATE TABLE t (id bigint);
                CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION dawdle();
                """)
        }
        try await withConnection(to: url, answerLimit: .milliseconds(500)) { connection in
            let error = await postgresError { _ = try await connection.transaction(["INSERT INTO t VALUES (1)"]) }
            #expect(error?.code == .inDoubt)
            try await eventually("the commit") { try await connection.query("SELECT 1 FROM t").count == 1 }
        }
    }

    @Test func `a restart of the server is survived, and its death leaves a transaction in doubt`() async throws {
        let server = try await PrivatePostgres.start()
        try await withConnection(to: server.url, name: "survivor") { connection in
            try await connection.script("CREATE TABLE t (id bigint)")
            try await server.restart()
            #expect(try await connection.query("SELECT 1 FROM t").isEmpty)
            async let error = postgresError {
                _ = try await connection.transaction(["INSERT INTO t VALUES (1)", "SELECT pg_sleep(\(20.0))"])
            }
            try await waitForSleeper("survivor", at: server.url)
            try await server.stop(.immediate)
            #expect(await error?.code == .inDoubt)
            let refused = await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(refused?.code == .unavailable)
            try await server.startAgain()
            try await eventually("a query") { (try? await connection.query("SELECT 1 FROM t"))?.isEmpty == true }
        }
        try await server.remove()
    }

    @Test(arguments: [
        "postgresql://u:se%63ret@127.0.0.1:1/x", "postgresql://u:secret/x@127.0.0.1:1/x",
        "postgresql://u:secret%zz@127.0.0.1:1/x", "postgresql://u:a@secret@127.0.0.1:1/x",
        "postgresql://u:9/secret@h/x",
        "host=127.0.0.1 port=1 password=secret nonsense=secret", "secret",
        "postgresql://u@h/x?password=secret&secret=1",
    ])
    func `no error repeats the password`(url: String) async throws {
        try await withConnection(to: url) { connection in
            let error = await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(error.map { "\($0) \(String(reflecting: $0))".contains("secret") } == false)
        }
    }

    @Test func `a wrong password is refused and not shown`() async throws {
        let url = try await PrivatePostgres.url()
        let parts = url.split(separator: "@")
        let wrong = "postgresql://rejoinder:secret@\(parts[parts.count - 1])"
        try await withConnection(to: wrong) { connection in
            let error = await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(error?.code == .unavailable)
            #expect(error?.description.contains("secret") == false)
        }
    }

    @Test func `a cancelled call returns at once and the connection goes on`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        try await withConnection(to: url, name: "cancelled") { connection in
            let task = Task { try await connection.query("SELECT pg_sleep(\(3.0))") }
            try await waitForSleeper("cancelled", at: url)
            let unsent = Task { try await connection.query("CREATE TABLE never (id bigint)") }
            try await eventually("both calls") { connection.pendingCount == 2 }
            unsent.cancel()
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            await #expect(throws: CancellationError.self) { _ = try await unsent.value }
            let gone = try await connection.query("SELECT to_regclass('never') IS NULL AS gone")
            #expect(try gone[0].bool("gone"))
        }
    }

    @Test func `closing refuses what waits and ends the session`() async throws {
        let url = try await PrivatePostgres.makeDatabase()
        let connection = PostgresConnection(url: url, applicationName: "closing")
        let running = Task { try await connection.query("SELECT 1 AS one FROM pg_sleep(\(3.0))") }
        try await waitForSleeper("closing", at: url)
        let waiting = Task { try await connection.query("SELECT 1") }
        try await eventually("both calls") { connection.pendingCount == 2 }
        await connection.close()
        await connection.close()
        #expect(try await running.value[0].int("one") == 1)
        #expect(await postgresError { _ = try await waiting.value }?.code == .stopped)
        #expect(await postgresError { _ = try await connection.query("SELECT 1") }?.code == .stopped)
        try await withConnection(to: url) { other in
            try await eventually("the end of the session") {
                try await other.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'closing'").isEmpty
            }
        }
    }

    /// Waits until a session of this name sleeps in the server.
    private func waitForSleeper(_ name: String, at url: String) async throws {
        try await withConnection(to: url) { watcher in
            try await eventually("a sleeping session") {
                try await !watcher.query(
                    "SELECT 1 FROM pg_stat_activity WHERE application_name = \(name) AND wait_event = 'PgSleep'"
                ).isEmpty
            }
        }
    }
}
