import JSONValue
import Store

extension MemoryDatabase {
    /// Subscriptions, and what they are told.
    package struct Outgoing: Sendable {
        package var subscriptions: [SubscriptionRow] = []
        package var leases: [String: Timestamp] = [:]
        package var deliveries: [WebhookDelivery] = []
    }

    func index(ofSubscription id: String) -> Int? { outgoing.subscriptions.firstIndex { $0.id == id } }

    mutating func subscribe(
        _ id: String, _ terms: SubscriptionTerms, _ secret: SubscriptionRow.Secret, _ actor: String, at now: Timestamp
    ) throws -> SubscriptionRow {
        guard index(ofSubscription: id) == nil else {
            throw StoreError(.refusedData, subject: id, "the subscription \(id) exists")
        }
        let row = SubscriptionRow(
            id: id, terms: terms, secret: secret, createdAt: now, cursor: HistoryMark(at: now))
        outgoing.subscriptions.append(row)
        note("webhook.add", id, actor, terms.detail)
        return row
    }

    mutating func change(
        _ id: String, _ change: SubscriptionChange, _ actor: String, at now: Timestamp
    ) -> SubscriptionRow? {
        guard let index = index(ofSubscription: id) else { return nil }
        outgoing.subscriptions[index] = outgoing.subscriptions[index].applying(change, at: now)
        note(change.action, id, actor, change.detail)
        return outgoing.subscriptions[index]
    }

    mutating func unsubscribe(_ id: String, _ actor: String) -> Bool {
        guard let index = index(ofSubscription: id) else { return false }
        let row = outgoing.subscriptions.remove(at: index)
        note("webhook.remove", id, actor, ["host": .string(row.terms.host)])
        return true
    }

    private mutating func note(_ action: String, _ id: String, _ actor: String, _ detail: JSONObject) {
        audit.append(
            AuditRow(actor: actor, action: action, subject: SubscriptionRow.auditPrefix + id, detail: detail))
    }

    // MARK: - Ownership

    mutating func claimSubscriptions(node: String, microseconds: Int64, at now: Timestamp) -> [SubscriptionRow] {
        var claimed: [SubscriptionRow] = []
        for index in outgoing.subscriptions.indices where outgoing.subscriptions[index].state == .active {
            var row = outgoing.subscriptions[index]
            let isOver = outgoing.leases[row.id].map { $0 <= now } ?? true
            guard row.owner == nil || row.owner == node || isOver else { continue }
            if row.owner != node || isOver { row.epoch += 1 }
            row.owner = node
            row.version += 1
            outgoing.subscriptions[index] = row
            outgoing.leases[row.id] = now.after(microseconds)
            claimed.append(row)
        }
        return claimed
    }

    mutating func releaseSubscriptions(node: String) {
        for index in outgoing.subscriptions.indices where outgoing.subscriptions[index].owner == node {
            outgoing.subscriptions[index].owner = nil
            outgoing.subscriptions[index].version += 1
            outgoing.leases[outgoing.subscriptions[index].id] = nil
        }
    }

    private func index(under lease: SubscriptionLease, at now: Timestamp) -> Int? {
        outgoing.subscriptions.firstIndex { row in
            row.id == lease.id && row.owner == lease.node && row.epoch == lease.epoch
                && (outgoing.leases[row.id].map { $0 > now } ?? false)
        }
    }

    // MARK: - History

    func steps(after mark: HistoryMark, before end: Timestamp, limit: Int) -> [HistoryStep] {
        let found = posts.values.flatMap(\.history).map(HistoryStep.init).filter { $0.mark > mark && $0.at < end }
        return Array(found.sorted { $0.mark < $1.mark }.prefix(max(0, limit)))
    }

    // MARK: - Deliveries

    mutating func enqueue(_ intake: WebhookIntake, _ lease: SubscriptionLease, at now: Timestamp) -> Bool {
        guard let index = index(under: lease, at: now), outgoing.subscriptions[index].state == .active else {
            return false
        }
        switch intake.progress {
        case .read(let mark):
            for news in intake.news where position(of: news, lease.id) == nil { put(news, lease.id, at: now) }
            outgoing.subscriptions[index].cursor = mark
        case .replayed(let mark):
            for news in intake.news {
                let known = position(of: news, lease.id).map { outgoing.deliveries[$0].state }
                if known != .pending { put(news, lease.id, at: now) }
            }
            if let mark {
                outgoing.subscriptions[index].replay?.cursor = mark
            } else {
                outgoing.subscriptions[index].replay = nil
            }
        }
        outgoing.subscriptions[index].version += 1
        return true
    }

    mutating func redeliver(_ news: WebhookNews, to subscription: String, at now: Timestamp) -> Bool {
        guard index(ofSubscription: subscription) != nil else { return false }
        put(news, subscription, at: now)
        return true
    }

    private func position(of news: WebhookNews, _ subscription: String) -> Int? {
        outgoing.deliveries.firstIndex { delivery in
            delivery.subscription == subscription && delivery.news.post == news.post
                && delivery.news.revision == news.revision
        }
    }

    private mutating func put(_ news: WebhookNews, _ subscription: String, at now: Timestamp) {
        if let place = position(of: news, subscription) { outgoing.deliveries.remove(at: place) }
        outgoing.deliveries.append(
            WebhookDelivery(subscription: subscription, news: news, nextAt: now, queuedAt: now))
    }

    func webhookQueue(of subscription: String, limit: Int, at now: Timestamp) -> WebhookQueue {
        guard let index = index(ofSubscription: subscription), outgoing.subscriptions[index].state == .active else {
            return WebhookQueue(now: now, due: [], pending: 0, nextAt: nil)
        }
        let pending = outgoing.deliveries.filter { $0.subscription == subscription && $0.state == .pending }
        let due = pending.filter { $0.nextAt <= now }.sorted { ($0.nextAt, $0.mark) < ($1.nextAt, $1.mark) }
        return WebhookQueue(
            now: now, due: Array(due.prefix(max(0, limit))), pending: pending.count,
            nextAt: pending.map(\.nextAt).filter { $0 > now }.min())
    }

    mutating func record(_ attempt: WebhookAttempt, _ lease: SubscriptionLease, at now: Timestamp) -> Bool {
        guard let index = index(under: lease, at: now) else { return false }
        let place = outgoing.deliveries.firstIndex { delivery in
            delivery.subscription == lease.id && delivery.news.post == attempt.post
                && delivery.news.revision == attempt.revision && delivery.state == .pending
        }
        if let place { outgoing.deliveries[place].take(attempt, at: now) }
        outgoing.subscriptions[index].follow(attempt, at: now)
        if let reason = attempt.disable, outgoing.subscriptions[index].state == .active {
            outgoing.subscriptions[index].state = .disabled
            outgoing.subscriptions[index].reason = reason
            note("webhook.disable", lease.id, "service", ["reason": .string(reason)])
        }
        return outgoing.subscriptions[index].state == .active
    }

    func webhookDeliveries(
        of subscription: String, state: WebhookDelivery.State?, before mark: HistoryMark?, limit: Int
    ) -> [WebhookDelivery] {
        let found = outgoing.deliveries.filter { delivery in
            delivery.subscription == subscription && (state.map { $0 == delivery.state } ?? true)
                && (mark.map { delivery.mark < $0 } ?? true)
        }
        return Array(found.sorted { $0.mark > $1.mark }.prefix(max(0, limit)))
    }
}

extension WebhookDelivery {
    fileprivate mutating func take(_ attempt: WebhookAttempt, at now: Timestamp) {
        attempts += 1
        status = attempt.status
        detail = attempt.detail
        firstTriedAt = firstTriedAt ?? now
        lastTriedAt = now
        nextAt = now
        switch attempt.fate {
        case .again(let delay): nextAt = now.after(delay)
        case .delivered: end(.delivered, at: now)
        case .failed: end(.failed, at: now)
        }
    }

    private mutating func end(_ state: State, at now: Timestamp) {
        self.state = state
        news.data = nil
        endedAt = now
    }
}

extension SubscriptionRow {
    fileprivate mutating func follow(_ attempt: WebhookAttempt, at now: Timestamp) {
        version += 1
        failingSince = attempt.fate == .delivered ? nil : failingSince ?? now
        let pause = attempt.pauseMicroseconds.map { now.after($0) }
        pausedUntil = [pausedUntil, pause].compactMap(\.self).max()
    }
}
