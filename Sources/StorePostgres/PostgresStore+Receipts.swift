import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func remember(_ receipt: Receipt) async throws -> Receipt? {
        let answer = try Stored.json(receipt.answer)
        // The second statement sees what the first waited for.
        let results = try await write([
            """
            INSERT INTO receipts (scope, id, body_hash, answer, created_at)
            VALUES (\(receipt.scope), \(receipt.id), \(receipt.bodyHash), \(answer)::json, clock_timestamp())
            ON CONFLICT (scope, id) DO NOTHING
            """,
            Self.receiptQuery(scope: receipt.scope, id: receipt.id),
        ])
        return results.first?.affected == 1 ? nil : try results.decoded(1) { try Receipt($0) }.first
    }

    package func receipt(scope: String, id: String) async throws -> Receipt? {
        try await read(Self.receiptQuery(scope: scope, id: id)) { try Receipt($0) }.first
    }

    /// After 4 days: longer than any sender repeats a request. In slices, so that no lock is held for long.
    func forgetReceipts() async throws {
        let slice: SQL = """
            DELETE FROM receipts WHERE (scope, id) IN (
                SELECT scope, id FROM receipts WHERE created_at < statement_timestamp() - '4 days'::interval
                ORDER BY created_at LIMIT 5000)
            """
        while try await keep(slice).affected > 0 {}
    }

    private static func receiptQuery(scope: String, id: String) -> SQL {
        "SELECT scope, id, body_hash, answer FROM receipts WHERE scope = \(scope) AND id = \(id)"
    }
}

extension Receipt {
    fileprivate init(_ row: Row) throws {
        self.init(
            scope: try row.string("scope"), id: try row.string("id"), bodyHash: try row.string("body_hash"),
            answer: try row.json("answer"))
    }
}
