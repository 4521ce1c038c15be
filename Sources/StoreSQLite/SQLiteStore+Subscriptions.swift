import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func subscriptions() async throws -> [SubscriptionRow] {
        let sql = "SELECT \(SubscriptionRow.columns) FROM subscriptions ORDER BY created_at, id"
        return try await read { db in try db.rows(sql) { try SubscriptionRow(&$0) } }
    }

    package func subscription(_ id: String) async throws -> SubscriptionRow? {
        try await read { try $0.subscription(id) }
    }

    package func subscribe(
        _ id: String, _ terms: SubscriptionTerms, secret: SubscriptionRow.Secret, actor: String
    ) async throws -> SubscriptionRow {
        let sql = """
            INSERT INTO subscriptions (
                id, url, label, topics, stages, statuses, key_id, generation, created_at, cursor_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
            """
        return try await write { transaction in
            try transaction.db.run(
                sql,
                [
                    id, terms.url, terms.label, try Stored.texts(terms.topics), try Stored.texts(terms.stages),
                    try Stored.texts(terms.statuses), secret.keyID, secret.generation, transaction.now,
                ])
            try transaction.note("webhook.add", id, actor, terms.detail)
            guard let row = try transaction.db.subscription(id) else {
                throw StoreError(.corruptRow, subject: id, "the subscription is not there after it was written")
            }
            return row
        }
    }

    package func change(
        subscription id: String, _ change: SubscriptionChange, actor: String
    ) async throws -> SubscriptionRow? {
        try await write { transaction in
            guard let row = try transaction.db.subscription(id) else { return nil }
            try transaction.put(row.applying(change, at: Timestamp(microseconds: transaction.now)))
            try transaction.note(change.action, id, actor, change.detail)
            return try transaction.db.subscription(id)
        }
    }

    package func unsubscribe(_ id: String, actor: String) async throws -> Bool {
        try await write { transaction in
            guard let row = try transaction.db.subscription(id) else { return false }
            try transaction.db.run("DELETE FROM subscriptions WHERE id = ?", [id])
            try transaction.note("webhook.remove", id, actor, ["host": .string(row.terms.host)])
            return true
        }
    }

    // MARK: - Ownership

    package func claimSubscriptions(node: String, microseconds: Int64) async throws -> [SubscriptionRow] {
        // Without any there is nothing to write, and no disk to wake.
        let count = try await read { db in
            try db.row("SELECT count(*) FROM subscriptions WHERE state = 'active'") { try $0.int() }
        }
        guard count != 0 else { return [] }
        let sql = """
            UPDATE subscriptions SET
                owner = ?1, epoch = epoch + CASE WHEN owner = ?1 AND lease_until > ?2 THEN 0 ELSE 1 END,
                version = version + 1, lease_until = ?3
            WHERE state = 'active' AND (owner IS NULL OR owner = ?1 OR lease_until <= ?2)
            RETURNING \(SubscriptionRow.columns)
            """
        return try await write { transaction in
            try transaction.db.rows(sql, [node, transaction.now, transaction.now.after(microseconds)]) {
                try SubscriptionRow(&$0)
            }
        }
    }

    package func releaseSubscriptions(node: String) async throws {
        let sql = "UPDATE subscriptions SET owner = NULL, lease_until = NULL, version = version + 1 WHERE owner = ?"
        try await write { transaction in try transaction.db.run(sql, [node]) }
    }
}

extension Database {
    func subscription(_ id: String) throws -> SubscriptionRow? {
        try row("SELECT \(SubscriptionRow.columns) FROM subscriptions WHERE id = ?", [id]) { try SubscriptionRow(&$0) }
    }
}

extension Transaction {
    func note(_ action: String, _ id: String, _ actor: String, _ detail: JSONObject) throws {
        try record(
            AuditRow(actor: actor, action: action, subject: SubscriptionRow.auditPrefix + id, detail: detail))
    }

    /// Everything but ownership and the place in the history.
    fileprivate func put(_ row: SubscriptionRow) throws {
        let sql = """
            UPDATE subscriptions SET
                url = ?, label = ?, topics = ?, stages = ?, statuses = ?, state = ?, reason = ?, key_id = ?,
                generation = ?, former_key_id = ?, former_generation = ?, former_until = ?, replay_at = ?,
                replay_post = ?, replay_revision = ?, replay_until = ?, failing_since = ?, paused_until = ?, version = ?
            WHERE id = ?
            """
        try db.run(
            sql,
            [
                row.terms.url, row.terms.label, try Stored.texts(row.terms.topics), try Stored.texts(row.terms.stages),
                try Stored.texts(row.terms.statuses), row.state.rawValue, row.reason, row.secret.keyID,
                row.secret.generation, row.former?.secret.keyID, row.former?.secret.generation,
                row.former?.until.microseconds, row.replay?.cursor.at.microseconds, row.replay?.cursor.post.rawValue,
                row.replay?.cursor.revision, row.replay?.until.microseconds, row.failingSince?.microseconds,
                row.pausedUntil?.microseconds, row.version, row.id,
            ])
    }

    /// The subscription's row while the lease holds.
    func subscription(under lease: SubscriptionLease) throws -> SubscriptionRow? {
        let sql = """
            SELECT \(SubscriptionRow.columns) FROM subscriptions
            WHERE id = ? AND owner = ? AND epoch = ? AND lease_until > ?
            """
        return try db.row(sql, [lease.id, lease.node, lease.epoch, now]) { try SubscriptionRow(&$0) }
    }
}

extension SubscriptionRow {
    static let columns = """
        id, url, label, topics, stages, statuses, state, reason, key_id, generation, former_key_id, former_generation, \
        former_until, created_at, version, cursor_at, cursor_post, cursor_revision, replay_at, replay_post, \
        replay_revision, replay_until, failing_since, paused_until, owner, epoch
        """

    init(_ columns: inout Columns) throws {
        let id = try columns.text()
        let terms = SubscriptionTerms(
            url: try columns.text(), label: try columns.text(), topics: try columns.texts(),
            stages: try columns.texts(), statuses: try columns.texts())
        let state = try columns.value(State.self)
        let reason = try columns.text()
        let secret = Secret(keyID: try columns.text(), generation: try columns.int())
        let former = (
            try columns.optionalText(), try columns.optionalInt64(), try columns.optionalTime()
        )
        let createdAt = try columns.time()
        let version = try columns.int64()
        let cursor = HistoryMark(at: try columns.time(), post: try columns.post(), revision: try columns.int64())
        let replay = (
            try columns.optionalTime(), try columns.optionalInt64(), try columns.optionalInt64(),
            try columns.optionalTime()
        )
        self.init(
            id: id, terms: terms, state: state, reason: reason, secret: secret, former: Self.former(former),
            createdAt: createdAt, version: version, cursor: cursor, replay: Self.replay(replay),
            failingSince: try columns.optionalTime(), pausedUntil: try columns.optionalTime(),
            owner: try columns.optionalText(), epoch: try columns.int64())
    }

    private static func former(_ parts: (String?, Int64?, Timestamp?)) -> FormerSecret? {
        guard case (let key?, let generation?, let until?) = parts else { return nil }
        return FormerSecret(Secret(keyID: key, generation: Int(generation)), until: until)
    }

    private static func replay(_ parts: (Timestamp?, Int64?, Int64?, Timestamp?)) -> Replay? {
        guard case (let at?, let post?, let revision?, let until?) = parts else { return nil }
        return Replay(cursor: HistoryMark(at: at, post: PostID(post), revision: revision), until: until)
    }
}
