import GRDB
import JSONValue
import Store

extension SQLiteStore {
    /// Whoever writes takes its time after those before it have ended: here it is our turn.
    package func settledHistory() async throws -> SettledHistory {
        try await write { transaction in
            let now = Timestamp(microseconds: transaction.now)
            return SettledHistory(now: now, horizon: now)
        }
    }

    package func steps(after mark: HistoryMark, before end: Timestamp, limit: Int) async throws -> [HistoryStep] {
        let sql = """
            SELECT post_id, revision, at, event, actor, from_states, to_states, chart, problem IS NOT NULL
            FROM transitions
            WHERE at >= ?1 AND at < ?2 AND (at, post_id, revision) > (?1, ?3, ?4)
            ORDER BY at, post_id, revision LIMIT ?5
            """
        let values: [Bound] = [
            mark.at.microseconds, end.microseconds, mark.post.rawValue, mark.revision, max(0, limit),
        ]
        return try await read { db in
            try db.rows(sql, values) { columns in
                HistoryStep(
                    post: try columns.post(), revision: try columns.int64(), at: try columns.time(),
                    event: try columns.text(), actor: try columns.text(), from: try columns.texts(),
                    to: try columns.texts(), chart: try columns.text(), isParked: try columns.bool())
            }
        }
    }

    package func enqueue(_ intake: WebhookIntake, _ lease: SubscriptionLease) async throws -> Bool {
        try await write { transaction in
            guard let row = try transaction.subscription(under: lease), row.state == .active else { return false }
            switch intake.progress {
            case .read(let mark):
                try transaction.insert(intake.news, for: lease.id, "ON CONFLICT DO NOTHING")
                try transaction.db.run(
                    """
                    UPDATE subscriptions SET
                        cursor_at = ?, cursor_post = ?, cursor_revision = ?, version = version + 1
                    WHERE id = ?
                    """, [mark.at.microseconds, mark.post.rawValue, mark.revision, lease.id])
            case .replayed(let mark):
                try transaction.insert(intake.news, for: lease.id, "\(Self.anew) WHERE state <> 'pending'")
                try transaction.db.run(
                    """
                    UPDATE subscriptions SET
                        replay_at = ?1, replay_post = ?2, replay_revision = ?3, version = version + 1,
                        replay_until = CASE WHEN ?1 IS NULL THEN NULL ELSE replay_until END
                    WHERE id = ?4
                    """, [mark?.at.microseconds, mark?.post.rawValue, mark?.revision, lease.id])
            }
            return true
        }
    }

    package func redeliver(_ news: WebhookNews, to subscription: String) async throws -> Bool {
        try await write { transaction in
            guard try transaction.db.subscription(subscription) != nil else { return false }
            try transaction.insert([news], for: subscription, Self.anew)
            return true
        }
    }

    private static let anew = """
        ON CONFLICT (subscription_id, post_id, revision) DO UPDATE SET
            type = excluded.type, data = excluded.data, state = 'pending', attempts = 0, next_at = excluded.next_at,
            status = NULL, detail = '', queued_at = excluded.queued_at, first_tried_at = NULL, last_tried_at = NULL,
            ended_at = NULL
        """

    package func webhookQueue(of subscription: String, limit: Int) async throws -> WebhookQueue {
        let pending = """
            subscription_id = ?1 AND state = 'pending'
                AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = ?1 AND s.state = 'active')
            """
        let counts = """
            SELECT count(*), min(next_at) FILTER (WHERE next_at > ?2) FROM webhook_deliveries WHERE \(pending)
            """
        let due = """
            SELECT \(WebhookDelivery.columns) FROM webhook_deliveries WHERE \(pending) AND next_at <= ?2
            ORDER BY next_at, at, post_id, revision LIMIT ?3
            """
        return try await read { [time] db in
            let (count, next) =
                try db.row(counts, [subscription, time.microseconds]) { (try $0.int(), try $0.optionalTime()) }
                ?? (0, nil)
            let rows = try db.rows(due, [subscription, time.microseconds, max(0, limit)]) { try WebhookDelivery(&$0) }
            return WebhookQueue(now: time, due: rows, pending: count, nextAt: next)
        }
    }

    package func record(_ attempt: WebhookAttempt, _ lease: SubscriptionLease) async throws -> Bool {
        try await write { transaction in
            guard let row = try transaction.subscription(under: lease) else { return false }
            try transaction.write(attempt, of: lease.id)
            try transaction.follow(attempt, row)
            return row.state == .active && attempt.disable == nil
        }
    }

    package func webhookDeliveries(
        of subscription: String, state: WebhookDelivery.State?, before mark: HistoryMark?, limit: Int
    ) async throws -> [WebhookDelivery] {
        let sql = """
            SELECT \(WebhookDelivery.columns) FROM webhook_deliveries
            WHERE subscription_id = ?1 AND (?2 IS NULL OR state = ?2) AND (at, post_id, revision) < (?3, ?4, ?5)
            ORDER BY at DESC, post_id DESC, revision DESC LIMIT ?6
            """
        let values: [Bound] = [
            subscription, state?.rawValue, mark?.at.microseconds ?? .max, mark?.post.rawValue ?? .max,
            mark?.revision ?? .max, max(0, limit),
        ]
        return try await read { db in try db.rows(sql, values) { try WebhookDelivery(&$0) } }
    }
}

extension Transaction {
    /// `conflict` says what becomes of those that are known already.
    fileprivate func insert(_ news: [WebhookNews], for subscription: String, _ conflict: String) throws {
        let sql = """
            INSERT INTO webhook_deliveries (
                subscription_id, post_id, revision, at, type, data, next_at, queued_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
            \(conflict)
            """
        for one in news {
            try db.run(
                sql,
                [
                    subscription, one.post.rawValue, one.revision, one.at.microseconds, one.type,
                    try Stored.object(one.data ?? [:]), now,
                ])
        }
    }

    fileprivate func write(_ attempt: WebhookAttempt, of subscription: String) throws {
        let (state, delay): (WebhookDelivery.State, Int64) =
            switch attempt.fate {
            case .delivered: (.delivered, 0)
            case .again(let delay): (.pending, delay)
            case .failed: (.failed, 0)
            }
        let sql = """
            UPDATE webhook_deliveries SET
                attempts = attempts + 1, status = ?1, detail = ?2, state = ?3, next_at = ?4,
                data = CASE WHEN ?3 = 'pending' THEN data END, first_tried_at = coalesce(first_tried_at, ?5),
                last_tried_at = ?5, ended_at = CASE WHEN ?3 <> 'pending' THEN ?5 END
            WHERE subscription_id = ?6 AND post_id = ?7 AND revision = ?8 AND state = 'pending'
            """
        try db.run(
            sql,
            [
                attempt.status, attempt.detail, state.rawValue, now.after(delay), now, subscription,
                attempt.post.rawValue, attempt.revision,
            ])
    }

    /// What an attempt means for the whole subscription.
    fileprivate func follow(_ attempt: WebhookAttempt, _ row: SubscriptionRow) throws {
        let failing = attempt.fate == .delivered ? nil : row.failingSince?.microseconds ?? now
        let pause = attempt.pauseMicroseconds.map { now.after($0) }
        let paused = [row.pausedUntil?.microseconds, pause].compactMap(\.self).max()
        let disable = row.state == .active ? attempt.disable : nil
        try db.run(
            """
            UPDATE subscriptions SET
                failing_since = ?, paused_until = ?, state = ?, reason = ?, version = version + 1
            WHERE id = ?
            """,
            [
                failing, paused, disable == nil ? row.state.rawValue : SubscriptionRow.State.disabled.rawValue,
                disable ?? row.reason, row.id,
            ])
        if let disable { try note("webhook.disable", row.id, "service", ["reason": .string(disable)]) }
    }
}

extension WebhookDelivery {
    fileprivate static let columns = """
        subscription_id, post_id, revision, at, type, data, state, attempts, next_at, status, detail, queued_at, \
        first_tried_at, last_tried_at, ended_at
        """

    fileprivate init(_ columns: inout Columns) throws {
        self.init(
            subscription: try columns.text(),
            news: WebhookNews(
                post: try columns.post(), revision: try columns.int64(), at: try columns.time(),
                type: try columns.text(), data: try columns.optionalJSON()?.object),
            state: try columns.value(State.self), attempts: try columns.int(), nextAt: try columns.time(),
            status: try columns.optionalInt64().map { Int($0) }, detail: try columns.text(),
            queuedAt: try columns.time(), firstTriedAt: try columns.optionalTime(),
            lastTriedAt: try columns.optionalTime(), endedAt: try columns.optionalTime())
    }
}
