import Postgres
import TestSupport
import Testing

/// Values go to the server and come back as they were.
@Suite struct PostgresValueTests {
    static let awkward = [
        "", " ", "'", "''", "\\", "\\'", "\"", "{", "}", ",", "NULL", "null", "{\"a\"}", "$1", "%s", "é", "日本語",
        "👩‍👩‍👧", "a\nb\tc", "--", "; DROP TABLE posts", "\u{1}\u{7F}", "\\x41", "e\u{301}",
    ]

    @Test func `a value is a parameter and never text`() {
        let id = 7
        let sql: SQL = "SELECT * FROM posts WHERE id = \(id) AND name = \("x") ORDER BY \(raw: "id")"
        #expect(sql.text == "SELECT * FROM posts WHERE id = $1 AND name = $2 ORDER BY id")
    }

    @Test func `any text comes back as it was, alone and in an array`() async throws {
        try await withConnection { connection in
            for text in Self.awkward {
                let rows = try await connection.query("SELECT \(text)::text AS value, length(\(text)) AS length")
                #expect(try rows[0].string("value") == text)
                #expect(try rows[0].int("length") == text.unicodeScalars.count)
            }
            let rows = try await connection.query("SELECT \(Self.awkward)::text[] AS value")
            #expect(try rows[0].strings("value") == Self.awkward)
            let unnested = try await connection.query(
                "SELECT value FROM unnest(\(Self.awkward)::text[]) WITH ORDINALITY AS t(value, n) ORDER BY n")
            #expect(try unnested.map { try $0.string("value") } == Self.awkward)
        }
    }

    @Test func `numbers, truth and bytes come back as they were`() async throws {
        let bytes = (0...255).map { UInt8($0) }
        let number = 0.1 + 0.2
        try await withConnection { connection in
            let rows = try await connection.query(
                """
                SELECT \(Int64.min)::bigint AS low, \(Int64.max)::bigint AS high, \(true)::bool AS yes,
                    \(false)::bool AS no, \(number)::float8 AS number, \(bytes)::bytea AS bytes,
                    \([UInt8]())::bytea AS empty, \(-Double.infinity)::float8 AS infinite
                """)
            let row = rows[0]
            #expect(try row.int64("low") == .min && row.int64("high") == .max)
            #expect(try row.bool("yes") && !row.bool("no"))
            #expect(try row.double("number") == number && row.double("infinite") == -.infinity)
            #expect(try row.bytes("bytes") == bytes && row.bytes("empty").isEmpty)
        }
    }

    @Test func `nothing is NULL, also inside arrays`() async throws {
        let none: String? = nil
        let numbers: [Int?] = [1, nil, 3]
        let texts: [String?] = [nil, "NULL", ""]
        try await withConnection { connection in
            let rows = try await connection.query(
                """
                SELECT \(none)::text AS none, \(numbers)::bigint[] AS numbers, \(texts)::text[] AS texts,
                    array_position(\(numbers)::bigint[], NULL) AS place, (\(texts)::text[])[1] IS NULL AS first
                """)
            #expect(try rows[0].optionalString("none") == nil)
            #expect(try rows[0].int("place") == 2)
            #expect(try rows[0].bool("first"))
            #expect(throws: PostgresError.self) { try rows[0].int64s("numbers") }
        }
    }

    @Test func `an empty array is an array`() async throws {
        try await withConnection { connection in
            let rows = try await connection.query(
                "SELECT \([Int64]())::bigint[] AS value, cardinality(\([String]())::text[]) AS count")
            #expect(try rows[0].int64s("value") == [])
            #expect(try rows[0].int("count") == 0)
        }
    }

    @Test func `arrays in an array travel as literals to cast`() async throws {
        let paths = [["a", "b\"c"], [], ["d"]]
        try await withConnection { connection in
            let rows = try await connection.query(
                "SELECT p::text[] AS path FROM unnest(\(paths)::text[]) WITH ORDINALITY AS t(p, n) ORDER BY n")
            #expect(try rows.map { try $0.strings("path") } == paths)
        }
    }

    @Test func `a NUL is refused before anything is sent`() async throws {
        try await withConnection { connection in
            for sql in ["SELECT \("a\0b")", "SELECT \(["a", "\0"])::text[]", "SELECT '\(raw: "\0")'"] as [SQL] {
                #expect(await postgresError { _ = try await connection.query(sql) }?.code == .badParameter)
                #expect(await postgresError { _ = try await connection.transaction([sql]) }?.code == .badParameter)
            }
            let error = await postgresError { try await connection.script("SELECT '\0'") }
            #expect(error?.code == .badParameter)
            let one = try await connection.query("SELECT 1 AS one")[0].int("one")
            #expect(one == 1)
        }
    }

    @Test func `what does not fit is an error and no guess`() async throws {
        try await withConnection { connection in
            let rows = try await connection.query("SELECT 'x' AS text, NULL AS none, 9223372036854775808 AS big")
            let codes = [
                #expect(throws: PostgresError.self) { try rows[0].int("text") },
                #expect(throws: PostgresError.self) { try rows[0].string("none") },
                #expect(throws: PostgresError.self) { try rows[0].int64("big") },
                #expect(throws: PostgresError.self) { try rows[0].int("absent") },
                #expect(throws: PostgresError.self) { try rows[0].bool("text") },
                #expect(throws: PostgresError.self) { try rows[0].strings("text") },
                #expect(throws: PostgresError.self) { try rows[0].bytes("text") },
            ].map { $0?.code }
            #expect(codes.allSatisfy { $0 == .decode })
        }
    }
}
