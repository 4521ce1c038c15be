import JSONValue
import Store
import Webhooks

extension Answer {
    /// Everything but the secret.
    static func webhook(_ row: SubscriptionRow, now: Timestamp) -> JSON {
        let former = row.former.flatMap { $0.until > now ? $0.until : nil }
        let paused = row.pausedUntil.flatMap { $0 > now ? $0 : nil }
        return [
            "id": .string(row.id), "url": .string(row.terms.url), "label": .string(row.terms.label),
            "events": list(row.terms.topics), "stages": list(row.terms.stages), "statuses": list(row.terms.statuses),
            "state": .string(row.state.rawValue), "reason": .string(row.reason),
            "generation": .int(Int64(row.secret.generation)), "former_secret_until": JSON(former?.description),
            "created_at": .string(row.createdAt.description), "read_until": .string(row.cursor.at.description),
            "replay_until": JSON(row.replay?.until.description), "failing_since": JSON(row.failingSince?.description),
            "paused_until": JSON(paused?.description), "owner": JSON(row.owner),
        ]
    }

    static func delivery(_ row: WebhookDelivery) -> JSON {
        let isPending = row.state == .pending
        return [
            "id": .string(WebhookMessage.id(of: row.news, to: row.subscription)), "type": .string(row.news.type),
            "post": .string(row.news.post.description), "revision": .int(row.news.revision),
            "at": .string(row.news.at.description), "state": .string(row.state.rawValue),
            "attempts": .int(Int64(row.attempts)), "status": row.status.map { .int(Int64($0)) } ?? .null,
            "detail": .string(row.detail), "queued_at": .string(row.queuedAt.description),
            "last_tried_at": JSON(row.lastTriedAt?.description),
            "next_try_at": JSON(isPending ? row.nextAt.description : nil), "ended_at": JSON(row.endedAt?.description),
        ]
    }

    private static func list(_ words: [String]) -> JSON { .array(words.map(JSON.string)) }
}

extension HistoryMark {
    /// Opaque to clients.
    var cursor: String { "\(at.microseconds)-\(post)-\(revision)" }

    init?(cursor: String) {
        let parts = cursor.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 3, let at = parts[0], let post = parts[1], let revision = parts[2] else { return nil }
        self.init(at: Timestamp(microseconds: at), post: PostID(post), revision: revision)
    }
}
