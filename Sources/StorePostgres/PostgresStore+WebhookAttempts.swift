import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func record(_ attempt: WebhookAttempt, _ lease: SubscriptionLease) async throws -> Bool {
        let (state, delay): (WebhookDelivery.State, Int64) =
            switch attempt.fate {
            case .delivered: (.delivered, 0)
            case .again(let delay): (.pending, delay)
            case .failed: (.failed, 0)
            }
        let disable = attempt.disable
        let detail = try Stored.object(["reason": .string(disable ?? "")])
        let pause = attempt.pauseMicroseconds.map(Stored.delay)
        let sql: SQL = """
            WITH held AS MATERIALIZED (
                SELECT id, state FROM subscriptions
                WHERE id = \(lease.id) AND owner = \(lease.node) AND epoch = \(lease.epoch)
                    AND lease_until > clock_timestamp()
                FOR NO KEY UPDATE
            ), moment AS MATERIALIZED (
                SELECT clock_timestamp() AS at
            ), tried AS (
                UPDATE webhook_deliveries d SET
                    attempts = d.attempts + 1, status = \(attempt.status)::bigint, detail = \(attempt.detail),
                    state = \(state.rawValue), data = CASE WHEN \(state == .pending)::boolean THEN d.data END,
                    next_at = moment.at + \(Stored.delay(delay))::bigint * '1 microsecond'::interval,
                    first_tried_at = coalesce(d.first_tried_at, moment.at), last_tried_at = moment.at,
                    ended_at = CASE WHEN \(state != .pending)::boolean THEN moment.at END
                FROM held, moment
                WHERE d.subscription_id = held.id AND d.post_id = \(attempt.post.rawValue)
                    AND d.revision = \(attempt.revision) AND d.state = 'pending'
            ), noted AS (
                INSERT INTO audit (actor, action, subject, detail)
                SELECT 'service', 'webhook.disable', \(SubscriptionRow.auditPrefix) || held.id, \(detail)::json
                FROM held WHERE \(disable != nil)::boolean AND held.state = 'active'
            )
            UPDATE subscriptions s SET
                version = s.version + 1,
                failing_since = CASE WHEN \(state == .delivered)::boolean THEN NULL
                    ELSE coalesce(s.failing_since, moment.at) END,
                paused_until = CASE WHEN \(pause)::bigint IS NULL THEN s.paused_until
                    ELSE greatest(s.paused_until, moment.at + \(pause)::bigint * '1 microsecond'::interval) END,
                state = CASE WHEN \(disable != nil)::boolean THEN 'disabled' ELSE s.state END,
                reason = CASE WHEN \(disable != nil)::boolean AND s.state = 'active' THEN \(disable ?? "")
                    ELSE s.reason END
            FROM held, moment WHERE s.id = held.id
            RETURNING s.state = 'active' AS goes_on
            """
        return try await deliver(sql).decoded { try $0.bool("goes_on") }.first ?? false
    }
}
