import Postgres
import TestSupport
import Testing

/// Statements, transactions and scripts on a healthy server.
@Suite struct PostgresConnectionTests {
    @Test func `a statement says how many rows it touched`() async throws {
        try await withConnection { connection in
            try await connection.script("CREATE TABLE t (id bigint PRIMARY KEY)")
            let inserted = try await connection.query("INSERT INTO t SELECT generate_series(1, 5)")
            #expect(inserted.affected == 5 && inserted.isEmpty)
            let deleted = try await connection.query("DELETE FROM t WHERE id > \(3) RETURNING id")
            #expect(deleted.affected == 2 && deleted.count == 2 && deleted.columns == ["id"])
        }
    }

    @Test func `a refused statement tells its SQLSTATE and harms no other`() async throws {
        try await withConnection { connection in
            try await connection.script(
                "CREATE TABLE t (id bigint CONSTRAINT t_key PRIMARY KEY); INSERT INTO t VALUES (1)")
            let error = await postgresError { _ = try await connection.query("INSERT INTO t VALUES (\(1))") }
            #expect(error?.code == .sqlState("23505"))
            #expect(error?.constraint == "t_key" && error?.detail?.contains("already exists") == true)
            #expect(try await connection.query("SELECT count(*) AS n FROM t")[0].int("n") == 1)
        }
    }

    @Test func `a transaction gives each statement's rows`() async throws {
        try await withConnection { connection in
            let results = try await connection.transaction([
                "CREATE TABLE t (id bigint)", "INSERT INTO t VALUES (\(1)), (\(2)) RETURNING id",
                "SELECT sum(id) AS sum FROM t",
            ])
            #expect(results.map(\.count) == [0, 2, 1])
            #expect(try results[2][0].int("sum") == 3)
            #expect(try await connection.query("SELECT id FROM t").count == 2)
        }
    }

    @Test(arguments: [0, 1, 2])
    func `a transaction with a bad statement leaves nothing and names it`(position: Int) async throws {
        try await withConnection { connection in
            try await connection.script("CREATE TABLE t (id bigint PRIMARY KEY)")
            var statements: [SQL] = [1, 2].map { "INSERT INTO t VALUES (\($0))" }
            statements.insert("SELECT 1 / \(0)::int", at: position)
            let error = await postgresError { _ = try await connection.transaction(statements) }
            #expect(error?.code == .sqlState("22012") && error?.statementIndex == position)
            #expect(try await connection.query("SELECT 1 FROM t").isEmpty)
        }
    }

    @Test func `a statement that does not parse is named too`() async throws {
        try await withConnection { connection in
            let error = await postgresError { _ = try await connection.transaction(["SELECT 1", "SELEKT 1"]) }
            #expect(error?.code == .sqlState("42601") && error?.statementIndex == 1)
        }
    }

    @Test func `a constraint checked at the commit fails the whole transaction`() async throws {
        try await withConnection { connection in
            try await connection.script(
                """
                CREATE TABLE a (id bigint PRIMARY KEY);
                CREATE TABLE b (a bigint REFERENCES a DEFERRABLE INITIALLY DEFERRED);
                """)
            let error = await postgresError { _ = try await connection.transaction(["INSERT INTO b VALUES (1)"]) }
            #expect(error?.code == .sqlState("23503") && error?.statementIndex == nil)
            #expect(try await connection.query("SELECT 1 FROM b").isEmpty)
        }
    }

    @Test func `a waiting lock gives up with its SQLSTATE`() async throws {
        let url = try await PrivatePostgres.makeSchema()
        try await withConnection(to: url) { holder in
            try await holder.script("CREATE TABLE t (id bigint); INSERT INTO t VALUES (1)")
            let held = try await holder.query("SELECT hashtext(\(url))::bigint AS key")[0].int64("key")
            _ = try await holder.query("SELECT pg_advisory_lock(\(held))")
            try await withConnection(to: url, settings: [("lock_timeout", "50ms")]) { waiter in
                let error = await postgresError { _ = try await waiter.query("SELECT pg_advisory_lock(\(held))") }
                #expect(error?.code == .sqlState("55P03"))
            }
        }
    }

    @Test func `a script is one transaction`() async throws {
        try await withConnection { connection in
            let error = await postgresError {
                try await connection.script("CREATE TABLE t (id bigint); SELECT 1; INSERT INTO t VALUES ('x')")
            }
            #expect(error?.code == .sqlState("22P02"))
            #expect(try await connection.query("SELECT to_regclass('t') IS NULL AS gone")[0].bool("gone"))
            try await connection.script("")
        }
    }

    @Test func `a transaction left open is rolled back and refused`() async throws {
        try await withConnection { connection in
            let error = await postgresError { _ = try await connection.query("BEGIN") }
            #expect(error?.code == .badParameter)
            let one = try await connection.query("SELECT 1 AS one")[0].int("one")
            #expect(one == 1)
        }
    }

    @Test func `COPY is refused and the connection goes on`() async throws {
        try await withConnection { connection in
            _ = await postgresError { _ = try await connection.query("COPY (SELECT 1) TO STDOUT") }
            _ = await postgresError { try await connection.script("COPY (SELECT 1) TO STDOUT") }
            let one = try await connection.query("SELECT 1 AS one")[0].int("one")
            #expect(one == 1)
        }
    }

    @Test func `more texts than are kept prepared all work, again and again`() async throws {
        try await withConnection { connection in
            for round in 0..<2 {
                for number in 0..<300 {
                    let rows = try await connection.query("SELECT \(raw: "\(number)") + \(round)::int AS n")
                    #expect(try rows[0].int("n") == number + round)
                }
            }
            let kept = try await connection.query("SELECT count(*) AS n FROM pg_prepared_statements")
            #expect(try kept[0].int("n") <= 257)
        }
    }

    @Test func `a prepared statement survives a change of the schema`() async throws {
        try await withConnection { connection in
            try await connection.script("CREATE TABLE t (id bigint); INSERT INTO t VALUES (1)")
            #expect(try await connection.query("SELECT * FROM t").columns == ["id"])
            try await connection.script("ALTER TABLE t ADD COLUMN name text")
            #expect(try await connection.query("SELECT * FROM t").columns == ["id", "name"])
            try await connection.script("ALTER TABLE t DROP COLUMN name")
            #expect(try await connection.transaction(["SELECT * FROM t"])[0].columns == ["id"])
        }
    }

    @Test func `large values pass in both directions of one transaction`() async throws {
        let text = String(repeating: "0123456789abcdef", count: 1 << 18)
        try await withConnection { connection in
            let statement: SQL = "SELECT \(text)::text AS text, repeat('x', 4000000) AS more"
            let results = try await connection.transaction(Array(repeating: statement, count: 4))
            for rows in results { #expect(try rows[0].string("text") == text) }
        }
    }

    @Test func `settings are the session's and the URL's options win`() async throws {
        let url = try await PrivatePostgres.makeSchema() + "%20-c%20work_mem%3D5MB"
        try await withConnection(to: url, name: "named", settings: [("work_mem", "6MB"), ("lock_timeout", "77ms")]) {
            let rows = try await $0.query(
                """
                SELECT current_setting('application_name') AS name, current_setting('lock_timeout') AS lock,
                    current_setting('statement_timeout') AS statement, current_setting('TimeZone') AS zone,
                    current_setting('work_mem') AS memory
                """)
            #expect(try rows[0].string("name") == "named" && rows[0].string("lock") == "77ms")
            #expect(try rows[0].string("statement") == "30s" && rows[0].string("zone") == "UTC")
            #expect(try rows[0].string("memory") == "5MB")
        }
    }
}
