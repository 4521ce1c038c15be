import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func subscriptions() async throws -> [SubscriptionRow] {
        let sql: SQL = "SELECT \(raw: SubscriptionRow.columns) FROM subscriptions s ORDER BY s.created_at, s.id"
        return try await read(sql) { try SubscriptionRow($0) }
    }

    package func subscription(_ id: String) async throws -> SubscriptionRow? {
        let sql: SQL = "SELECT \(raw: SubscriptionRow.columns) FROM subscriptions s WHERE s.id = \(id)"
        return try await read(sql) { try SubscriptionRow($0) }.first
    }

    package func subscribe(
        _ id: String, _ terms: SubscriptionTerms, secret: SubscriptionRow.Secret, actor: String
    ) async throws -> SubscriptionRow {
        let detail = try Stored.object(terms.detail)
        let sql: SQL = """
            WITH made AS (
                INSERT INTO subscriptions AS s (
                    id, url, label, topics, stages, statuses, key_id, generation, created_at, cursor_at)
                SELECT \(id), \(terms.url), \(terms.label), \(terms.topics)::text[], \(terms.stages)::text[],
                    \(terms.statuses)::text[], \(secret.keyID), \(secret.generation)::bigint, t.at, t.at
                FROM (SELECT clock_timestamp() AS at OFFSET 0) AS t
                RETURNING \(raw: SubscriptionRow.columns)
            ), noted AS (
                INSERT INTO audit (actor, action, subject, detail)
                SELECT \(actor), 'webhook.add', \(SubscriptionRow.auditPrefix + id), \(detail)::json FROM made
            )
            SELECT * FROM made
            """
        return try await write(sql).decoded { try SubscriptionRow($0) }.only
    }

    package func change(
        subscription id: String, _ change: SubscriptionChange, actor: String
    ) async throws -> SubscriptionRow? {
        // Its owner writes to the row too, so somebody may come between reading and writing.
        for _ in 0..<20 {
            guard let row = try await subscription(id) else { return nil }
            let changed = row.applying(change, at: try await now())
            if let written = try await replace(row.version, by: changed, change, actor) { return written }
        }
        throw StoreError(.contention, subject: id, "the subscription \(id) is busy")
    }

    /// Nil when the row has another version by now.
    private func replace(
        _ version: Int64, by row: SubscriptionRow, _ change: SubscriptionChange, _ actor: String
    ) async throws -> SubscriptionRow? {
        let detail = try Stored.object(change.detail)
        let sql: SQL = """
            WITH changed AS (
                UPDATE subscriptions s SET
                    url = \(row.terms.url), label = \(row.terms.label), topics = \(row.terms.topics)::text[],
                    stages = \(row.terms.stages)::text[], statuses = \(row.terms.statuses)::text[],
                    state = \(row.state.rawValue), reason = \(row.reason), key_id = \(row.secret.keyID),
                    generation = \(row.secret.generation)::bigint, former_key_id = \(row.former?.secret.keyID),
                    former_generation = \(row.former?.secret.generation)::bigint,
                    former_until = time_of(\(try Stored.time(row.former?.until) as Int64?)),
                    replay_at = time_of(\(try Stored.time(row.replay?.cursor.at) as Int64?)),
                    replay_post = \(row.replay?.cursor.post.rawValue)::bigint,
                    replay_revision = \(row.replay?.cursor.revision)::bigint,
                    replay_until = time_of(\(try Stored.time(row.replay?.until) as Int64?)),
                    failing_since = time_of(\(try Stored.time(row.failingSince) as Int64?)),
                    paused_until = time_of(\(try Stored.time(row.pausedUntil) as Int64?)), version = \(row.version)
                WHERE s.id = \(row.id) AND s.version = \(version)
                RETURNING \(raw: SubscriptionRow.columns)
            ), noted AS (
                INSERT INTO audit (actor, action, subject, detail)
                SELECT \(actor), \(change.action), \(SubscriptionRow.auditPrefix + row.id), \(detail)::json FROM changed
            )
            SELECT * FROM changed
            """
        return try await write(sql).decoded { try SubscriptionRow($0) }.first
    }

    package func unsubscribe(_ id: String, actor: String) async throws -> Bool {
        let sql: SQL = """
            WITH gone AS (DELETE FROM subscriptions WHERE id = \(id) RETURNING url)
            INSERT INTO audit (actor, action, subject, detail)
            SELECT \(actor), 'webhook.remove', \(SubscriptionRow.auditPrefix + id),
                json_build_object('host', substring(url FROM '://([^/?#]+)'))
            FROM gone
            """
        return try await write(sql).affected == 1
    }

    // MARK: - Ownership

    package func claimSubscriptions(node: String, microseconds: Int64) async throws -> [SubscriptionRow] {
        let sql: SQL = """
            WITH free AS MATERIALIZED (
                SELECT id, owner = \(node) AND lease_until > clock_timestamp() AS is_ours FROM subscriptions
                WHERE state = 'active' AND (owner IS NULL OR owner = \(node) OR lease_until <= clock_timestamp())
                ORDER BY id FOR NO KEY UPDATE
            )
            UPDATE subscriptions s SET
                owner = \(node), epoch = s.epoch + CASE WHEN free.is_ours THEN 0 ELSE 1 END, version = s.version + 1,
                lease_until = clock_timestamp() + \(Stored.delay(microseconds))::bigint * '1 microsecond'::interval
            FROM free WHERE s.id = free.id
            RETURNING \(raw: SubscriptionRow.columns)
            """
        return try await deliver(sql).decoded { try SubscriptionRow($0) }
    }

    package func releaseSubscriptions(node: String) async throws {
        _ = try await deliver(
            """
            UPDATE subscriptions SET owner = NULL, lease_until = NULL, version = version + 1 WHERE owner = \(node)
            """)
    }

    /// A statement of deliveries: see ``courier``.
    func deliver(_ sql: SQL) async throws -> Rows {
        do {
            return try await Task { [courier] in try await courier.query(sql) }.value
        } catch {
            throw StoreError(error)
        }
    }
}

extension SubscriptionRow {
    fileprivate static let columns = """
        s.id, s.url, s.label, s.topics, s.stages, s.statuses, s.state, s.reason, s.key_id, s.generation, \
        s.former_key_id, s.former_generation, micros_of(s.former_until) AS former_until, \
        micros_of(s.created_at) AS created_at, s.version, micros_of(s.cursor_at) AS cursor_at, s.cursor_post, \
        s.cursor_revision, micros_of(s.replay_at) AS replay_at, s.replay_post, s.replay_revision, \
        micros_of(s.replay_until) AS replay_until, micros_of(s.failing_since) AS failing_since, \
        micros_of(s.paused_until) AS paused_until, s.owner, s.epoch
        """

    fileprivate init(_ row: Row) throws {
        var former: FormerSecret?
        if let key = try row.optionalString("former_key_id") {
            former = FormerSecret(
                Secret(keyID: key, generation: try row.int("former_generation")), until: try row.time("former_until"))
        }
        var replay: Replay?
        if let until = try row.optionalTime("replay_until") {
            replay = Replay(cursor: try HistoryMark(row, "replay"), until: until)
        }
        self.init(
            id: try row.string("id"),
            terms: SubscriptionTerms(
                url: try row.string("url"), label: try row.string("label"), topics: try row.strings("topics"),
                stages: try row.strings("stages"), statuses: try row.strings("statuses")),
            state: try row.value("state", SubscriptionRow.State.self), reason: try row.string("reason"),
            secret: Secret(keyID: try row.string("key_id"), generation: try row.int("generation")), former: former,
            createdAt: try row.time("created_at"), version: try row.int64("version"),
            cursor: try HistoryMark(row, "cursor"), replay: replay, failingSince: try row.optionalTime("failing_since"),
            pausedUntil: try row.optionalTime("paused_until"), owner: try row.optionalString("owner"),
            epoch: try row.int64("epoch"))
    }
}

extension HistoryMark {
    fileprivate init(_ row: Row, _ prefix: String) throws {
        self.init(
            at: try row.time("\(prefix)_at"), post: try row.post("\(prefix)_post"),
            revision: try row.int64("\(prefix)_revision"))
    }
}
