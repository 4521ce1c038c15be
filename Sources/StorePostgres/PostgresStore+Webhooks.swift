import JSONValue
import Postgres
import Store

extension PostgresStore {
    /// A batch takes its time after it has locked rows of `posts`, and its transaction began before that: so no macrostep
    /// that cannot be seen yet is from before the oldest transaction with such a lock. The clock is read before that is
    /// asked, and the history only afterwards.
    package func settledHistory() async throws -> SettledHistory {
        let results = try await readTogether([
            "SELECT micros_of(clock_timestamp()) AS now",
            """
            SELECT micros_of(min(a.xact_start)) AS oldest,
                -- Of another role's transaction we may not see since when it runs: until it ends nothing is settled.
                coalesce(bool_or(a.xact_start IS NULL AND a.state IS NULL), false) AS is_hidden
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'relation' AND l.relation = 'posts'::regclass
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND l.mode IN ('RowShareLock', 'RowExclusiveLock')
            """,
        ])
        let now = try results.decoded(0) { try $0.time("now") }.only
        let (oldest, isHidden) = try results.decoded(1) {
            (try $0.optionalTime("oldest"), try $0.bool("is_hidden"))
        }.only
        let horizon = isHidden ? Timestamp(microseconds: Stored.beginning) : min(oldest ?? now, now)
        return SettledHistory(now: now, horizon: horizon)
    }

    package func steps(after mark: HistoryMark, before end: Timestamp, limit: Int) async throws -> [HistoryStep] {
        let (start, end) = (try Stored.time(mark.at) as Int64, try Stored.time(end) as Int64)
        let sql: SQL = """
            SELECT t.post_id, t.revision, micros_of(t.at) AS at, t.event, t.actor, t.to_states, t.is_parked,
                (SELECT d.digest FROM digests d WHERE d.id = t.chart_id) AS chart,
                CASE WHEN t.revision = 1 THEN '{}' ELSE coalesce(t.from_states, (
                    SELECT b.to_states FROM history b
                    WHERE b.post_id = t.post_id AND b.revision = t.revision - 1 LIMIT 1), '{}')
                END AS from_states
            FROM history_between(
                time_of(\(start)), \(mark.post.rawValue), \(mark.revision), time_of(\(end)), \(max(0, limit))) t
            ORDER BY t.at, t.post_id, t.revision
            """
        return try await read(sql) { row in
            HistoryStep(
                post: try row.post("post_id"), revision: try row.int64("revision"), at: try row.time("at"),
                event: try row.string("event"), actor: try row.string("actor"), from: try row.strings("from_states"),
                to: try row.strings("to_states"), chart: try row.string("chart"), isParked: try row.bool("is_parked"))
        }
    }

    package func enqueue(_ intake: WebhookIntake, _ lease: SubscriptionLease) async throws -> Bool {
        let (isReplay, mark): (Bool, HistoryMark?) =
            switch intake.progress {
            case .read(let mark): (false, mark)
            case .replayed(let mark): (true, mark)
            }
        let moved = try Stored.time(mark?.at) as Int64?
        let sql: SQL = """
            WITH held AS MATERIALIZED (
                SELECT id FROM subscriptions
                WHERE id = \(lease.id) AND owner = \(lease.node) AND epoch = \(lease.epoch)
                    AND lease_until > clock_timestamp() AND state = 'active'
                FOR NO KEY UPDATE
            ), place AS (
                SELECT \(isReplay)::boolean AS is_replay, time_of(\(moved)) AS at,
                    \(mark?.post.rawValue)::bigint AS post, \(mark?.revision)::bigint AS revision
            ), made AS (
                \(news: intake.news, from: "held")
                \(raw: isReplay ? Self.anew + " WHERE d.state <> 'pending'" : "ON CONFLICT DO NOTHING")
            )
            UPDATE subscriptions s SET
                version = s.version + 1,
                cursor_at = CASE WHEN is_replay THEN s.cursor_at ELSE place.at END,
                cursor_post = CASE WHEN is_replay THEN s.cursor_post ELSE place.post END,
                cursor_revision = CASE WHEN is_replay THEN s.cursor_revision ELSE place.revision END,
                replay_at = CASE WHEN is_replay THEN place.at ELSE s.replay_at END,
                replay_post = CASE WHEN is_replay THEN place.post ELSE s.replay_post END,
                replay_revision = CASE WHEN is_replay THEN place.revision ELSE s.replay_revision END,
                replay_until = CASE WHEN is_replay AND place.at IS NULL THEN NULL ELSE s.replay_until END
            FROM held, place WHERE s.id = held.id
            """
        return try await deliver(sql).affected == 1
    }

    package func redeliver(_ news: WebhookNews, to subscription: String) async throws -> Bool {
        let sql: SQL = """
            WITH held AS MATERIALIZED (SELECT id FROM subscriptions WHERE id = \(subscription) FOR SHARE)
            \(news: [news], from: "held") \(raw: Self.anew)
            """
        return try await write(sql).affected == 1
    }

    private static let anew = """
        ON CONFLICT (subscription_id, post_id, revision) DO UPDATE SET
            type = excluded.type, data = excluded.data, state = 'pending', attempts = 0, next_at = excluded.next_at,
            status = NULL, detail = '', queued_at = excluded.queued_at, first_tried_at = NULL, last_tried_at = NULL,
            ended_at = NULL
        """

    package func webhookQueue(of subscription: String, limit: Int) async throws -> WebhookQueue {
        let results = try await readTogether([
            """
            SELECT micros_of(clock_timestamp()) AS now, count(*) AS pending,
                micros_of(min(d.next_at) FILTER (WHERE d.next_at > clock_timestamp())) AS next_at
            FROM webhook_deliveries d JOIN subscriptions s ON s.id = d.subscription_id AND s.state = 'active'
            WHERE d.subscription_id = \(subscription) AND d.state = 'pending'
            """,
            """
            SELECT \(raw: WebhookDelivery.columns)
            FROM webhook_deliveries d JOIN subscriptions s ON s.id = d.subscription_id AND s.state = 'active'
            WHERE d.subscription_id = \(subscription) AND d.state = 'pending' AND d.next_at <= clock_timestamp()
            ORDER BY d.next_at, d.at, d.post_id, d.revision LIMIT \(max(0, limit))
            """,
        ])
        let (now, pending, next) = try results.decoded(0) { row in
            (try row.time("now"), try row.int("pending"), try row.optionalTime("next_at"))
        }.only
        return WebhookQueue(
            now: now, due: try results.decoded(1) { try WebhookDelivery($0) }, pending: pending, nextAt: next)
    }

    package func webhookDeliveries(
        of subscription: String, state: WebhookDelivery.State?, before mark: HistoryMark?, limit: Int
    ) async throws -> [WebhookDelivery] {
        let sql: SQL = """
            SELECT \(raw: WebhookDelivery.columns) FROM webhook_deliveries d
            WHERE d.subscription_id = \(subscription)
                AND (\(state?.rawValue)::text IS NULL OR d.state = \(state?.rawValue))
                AND (d.at, d.post_id, d.revision) < (
                    coalesce(time_of(\(try Stored.time(mark?.at) as Int64?)), 'infinity'),
                    \(mark?.post.rawValue ?? .max), \(mark?.revision ?? .max))
            ORDER BY d.at DESC, d.post_id DESC, d.revision DESC LIMIT \(max(0, limit))
            """
        return try await read(sql) { try WebhookDelivery($0) }
    }
}

extension SQL.StringInterpolation {
    /// The insertion of news for the subscription that a common table names, without what happens to known ones.
    fileprivate mutating func appendInterpolation(news: [WebhookNews], from held: String) {
        appendLiteral(
            """
            INSERT INTO webhook_deliveries AS d (
                subscription_id, post_id, revision, at, type, data, next_at, queued_at)
            SELECT \(held).id, x.post_id, x.revision, time_of(x.at), x.type, x.data::json, clock_timestamp(),
                clock_timestamp()
            FROM \(held), unnest(
            """)
        appendInterpolation(news.map(\.post.rawValue))
        appendLiteral("::bigint[], ")
        appendInterpolation(news.map(\.revision))
        appendLiteral("::bigint[], ")
        appendInterpolation(news.map(\.at.microseconds))
        appendLiteral("::bigint[], ")
        appendInterpolation(news.map(\.type))
        appendLiteral("::text[], ")
        appendInterpolation(news.map { JSON.object($0.data ?? [:]).text })
        appendLiteral("::text[]) AS x(post_id, revision, at, type, data)")
    }
}

extension WebhookDelivery {
    fileprivate static let columns = """
        d.subscription_id, d.post_id, d.revision, micros_of(d.at) AS at, d.type, d.data, d.state, d.attempts, \
        micros_of(d.next_at) AS next_at, d.status, d.detail, micros_of(d.queued_at) AS queued_at, \
        micros_of(d.first_tried_at) AS first_tried_at, micros_of(d.last_tried_at) AS last_tried_at, \
        micros_of(d.ended_at) AS ended_at
        """

    fileprivate init(_ row: Row) throws {
        self.init(
            subscription: try row.string("subscription_id"),
            news: WebhookNews(
                post: try row.post("post_id"), revision: try row.int64("revision"), at: try row.time("at"),
                type: try row.string("type"), data: try row.optionalJSON("data")?.object),
            state: try row.value("state", WebhookDelivery.State.self), attempts: try row.int("attempts"),
            nextAt: try row.time("next_at"), status: try row.optionalInt("status"), detail: try row.string("detail"),
            queuedAt: try row.time("queued_at"), firstTriedAt: try row.optionalTime("first_tried_at"),
            lastTriedAt: try row.optionalTime("last_tried_at"), endedAt: try row.optionalTime("ended_at"))
    }
}
