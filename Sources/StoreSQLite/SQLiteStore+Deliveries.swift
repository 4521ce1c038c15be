import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func record(_ deliveries: [DeliveryRow]) async throws {
        try await write { transaction in
            for delivery in deliveries { try transaction.insert(delivery) }
        }
    }
}

extension Transaction {
    func insert(_ delivery: DeliveryRow) throws {
        let sql = """
            INSERT INTO deliveries (post_id, number, attempt, delivery_id, body_hash, body, verdict, received_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                delivery.job.post.rawValue, delivery.job.number, delivery.attempt, delivery.deliveryID,
                delivery.bodyHash, Stored.bytes(delivery.body), delivery.verdict.rawValue, now,
            ])
    }
}
