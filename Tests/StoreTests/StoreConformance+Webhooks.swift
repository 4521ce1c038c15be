import JSONValue
import Store
import Testing

extension StoreConformance {
    private static let terms = SubscriptionTerms(
        url: "https://example.org/hook?x=1", label: "ä\"", topics: ["*"], stages: ["triage", "a,b"], statuses: ["{x}"])
    private static let minute: Int64 = 60_000_000

    private func subscribe(_ subject: StoreUnderTest, _ id: String = "one") async throws -> SubscriptionRow {
        try await subject.store.subscribe(
            id, Self.terms, secret: .init(keyID: "k1", generation: 1), actor: "person:ann")
    }

    private func claim(_ subject: StoreUnderTest, node: String = "node") async throws -> SubscriptionLease {
        let row = try #require(
            try await subject.store.claimSubscriptions(node: node, microseconds: Self.minute).first)
        return SubscriptionLease(id: row.id, node: node, epoch: row.epoch)
    }

    private func news(_ post: Int64, _ revision: Int64 = 1, at: Int64 = 1_700_000_000_000_000) -> WebhookNews {
        WebhookNews(
            post: PostID(post), revision: revision, at: Timestamp(microseconds: at + post), type: "post.failed",
            data: ["post": .string("\(post)"), "big": .int(.max)])
    }

    private func attempt(
        _ post: Int64, _ fate: WebhookAttempt.Fate, pause: Int64? = nil, disable: String? = nil
    ) -> WebhookAttempt {
        WebhookAttempt(
            post: PostID(post), revision: 1, status: fate == .delivered ? 204 : 500, detail: "why", fate: fate,
            pauseMicroseconds: pause, disable: disable)
    }

    private func row(_ subject: StoreUnderTest, _ id: String = "one") async throws -> SubscriptionRow {
        try #require(try await subject.store.subscription(id))
    }

    // MARK: - Subscriptions

    @Test(arguments: StoreKind.all)
    func `a subscription comes back as it was made, and begins with the present`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let before = try await subject.store.now()
            let made = try await subscribe(subject)
            let second = try await subscribe(subject, "two")
            #expect(made.terms == Self.terms && made.state == .active && made.reason.isEmpty)
            #expect(made.createdAt >= before && made.cursor == HistoryMark(at: made.createdAt))
            #expect(made.secret == .init(keyID: "k1", generation: 1) && made.former == nil && made.replay == nil)
            #expect(try await row(subject) == made)
            #expect(Set(try await subject.store.subscriptions()) == [made, second])
            #expect(try await subject.store.subscription("three") == nil)
            #expect(await failure { try await subscribe(subject) }?.code == .refusedData)
            #expect(try await subject.store.unsubscribe("one", actor: "person:ann"))
            #expect(try await !subject.store.unsubscribe("one", actor: "person:ann"))
            #expect(try await subject.store.subscriptions() == [second])
            #expect(try await subject.count("audit WHERE subject = 'webhook:one'") == 2)
        }
    }

    @Test(arguments: StoreKind.all)
    func `each change of a subscription is written with a row in the audit log`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            _ = try await subscribe(subject)
            let change = { (change: SubscriptionChange) in
                try #require(try await subject.store.change(subscription: "one", change, actor: "person:bob"))
            }
            let terms = SubscriptionTerms(url: "https://b", topics: ["post.failed"])
            #expect(try await change(.terms(terms)).terms == terms)
            let disabled = try await change(.disable(reason: "enough"))
            #expect(disabled.state == .disabled && disabled.reason == "enough")
            let enabled = try await change(.enable)
            #expect(enabled.state == .active && enabled.reason.isEmpty && enabled.version == disabled.version + 1)
            let rotated = try await change(.rotate(keyID: "k2", graceMicroseconds: Self.minute))
            #expect(rotated.secret == .init(keyID: "k2", generation: 2))
            #expect(rotated.former?.secret == .init(keyID: "k1", generation: 1))
            #expect(try #require(rotated.former?.until) > rotated.createdAt + .seconds(59))
            let (from, until) = (Timestamp(microseconds: 5), Timestamp(microseconds: 1_700_000_000_000_000))
            let replaying = try await change(.replay(from: from, until: until))
            #expect(replaying.replay == .init(cursor: HistoryMark(at: from), until: until))
            #expect(try await row(subject) == replaying)
            #expect(try await subject.store.change(subscription: "two", .enable, actor: "person:bob") == nil)
            #expect(try await subject.count("audit WHERE subject = 'webhook:one'") == 6)
        }
    }

    @Test(arguments: StoreKind.all)
    func `a subscription has one owner at a time, and a new one has a new epoch`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            #expect(try await subject.store.claimSubscriptions(node: "a", microseconds: Self.minute).isEmpty)
            _ = try await subscribe(subject)
            let first = try await claim(subject, node: "a")
            #expect(try await claim(subject, node: "a") == first)
            #expect(try await subject.store.claimSubscriptions(node: "b", microseconds: Self.minute).isEmpty)
            try await subject.advance(.seconds(61))
            let second = try await claim(subject, node: "b")
            #expect(second.epoch == first.epoch + 1)
            let nothing = WebhookIntake([], .read(HistoryMark(at: Timestamp(microseconds: 1))))
            #expect(try await !subject.store.enqueue(nothing, first))
            #expect(try await !subject.store.record(attempt(7, .delivered), first))
            #expect(try await subject.store.enqueue(nothing, second))
            try await subject.store.releaseSubscriptions(node: "b")
            #expect(try await !subject.store.enqueue(nothing, second))
            #expect(try await claim(subject, node: "a").epoch == second.epoch + 1)
            try await subject.advance(.seconds(61))
            #expect(try await claim(subject, node: "a").epoch == second.epoch + 2)
            _ = try await subject.store.change(subscription: "one", .disable(reason: "x"), actor: "person:ann")
            #expect(try await subject.store.claimSubscriptions(node: "a", microseconds: Self.minute).isEmpty)
        }
    }

    // MARK: - History

    @Test(arguments: StoreKind.all)
    func `the history is read in the order of time, whatever the size of a page`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let start = HistoryMark(at: try await subject.store.now())
            _ = try await subject.commit(.creation(9), .creation(3), .creation(5), batch: "together")
            try await subject.step(PostID(3)) { $0.transitions = [.sample(PostID(3)), .sample(PostID(3))] }
            try await subject.step(PostID(9)) { _ in }
            try await subject.advance(.milliseconds(1))
            let end = try await subject.store.settledHistory()
            #expect(end.horizon <= end.now)
            var expected: [HistoryStep] = []
            for id in [3, 5, 9] {
                let rows = try await subject.store.history(PostID(Int64(id)), after: 0, limit: 10)
                expected += rows.map(HistoryStep.init)
            }
            expected.sort { $0.mark < $1.mark }
            for size in [1, 2, 10] {
                var (read, mark) = ([HistoryStep](), start)
                while true {
                    let page = try await subject.store.steps(after: mark, before: end.horizon, limit: size)
                    guard let last = page.last else { break }
                    read += page
                    mark = last.mark
                }
                #expect(read == expected, "\(size) at once")
            }
            let first = try #require(expected.first)
            #expect(try await subject.store.steps(after: start, before: first.at, limit: 10).isEmpty)
        }
    }

    // MARK: - Deliveries

    @Test(arguments: StoreKind.all)
    func `news are queued once, with the place in the history`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            _ = try await subscribe(subject)
            let lease = try await claim(subject)
            let mark = HistoryMark(at: Timestamp(microseconds: 1_700_000_000_000_009), post: PostID(8), revision: 3)
            #expect(try await subject.store.enqueue(WebhookIntake([news(7), news(8)], .read(mark)), lease))
            #expect(try await row(subject).cursor == mark)
            #expect(try await subject.store.record(attempt(7, .delivered), lease))
            #expect(try await subject.store.enqueue(WebhookIntake([news(7), news(8), news(9)], .read(mark)), lease))
            let queue = try await subject.store.webhookQueue(of: "one", limit: 10)
            #expect(queue.due.map(\.news) == [news(8), news(9)] && queue.pending == 2 && queue.nextAt == nil)
            #expect(try await subject.store.webhookQueue(of: "one", limit: 1).due.count == 1)
            #expect(try await subject.store.webhookQueue(of: "two", limit: 10).due.isEmpty)
            _ = try await subject.store.change(subscription: "one", .disable(reason: "x"), actor: "person:ann")
            #expect(try await subject.store.webhookQueue(of: "one", limit: 10).due.isEmpty)
            #expect(try await !subject.store.enqueue(WebhookIntake([news(10)], .read(mark)), lease))
            #expect(try await subject.count("webhook_deliveries") == 3)
        }
    }

    @Test(arguments: StoreKind.all)
    func `what came of an attempt is written for the delivery and for the subscription`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            _ = try await subscribe(subject)
            let lease = try await claim(subject)
            let start = HistoryMark(at: Timestamp(microseconds: 0))
            _ = try await subject.store.enqueue(WebhookIntake([news(7), news(8), news(9)], .read(start)), lease)
            let again = attempt(7, .again(afterMicroseconds: Self.minute), pause: Self.minute / 2)
            #expect(try await subject.store.record(again, lease))
            let failing = try await row(subject)
            #expect(
                failing.failingSince != nil && failing.pausedUntil == failing.failingSince.map { $0 + .seconds(30) })
            let queue = try await subject.store.webhookQueue(of: "one", limit: 10)
            #expect(queue.due.map(\.news.post) == [PostID(8), PostID(9)] && queue.pending == 3)
            #expect(queue.nextAt == failing.failingSince.map { $0 + .seconds(60) })
            #expect(try await subject.store.record(attempt(8, .failed), lease))
            #expect(try await row(subject).failingSince == failing.failingSince)
            #expect(try await subject.store.record(attempt(9, .delivered), lease))
            #expect(try await row(subject).failingSince == nil)
            let rows = try await subject.store.webhookDeliveries(of: "one", state: nil, before: nil, limit: 10)
            #expect(rows.map(\.news.post) == [PostID(9), PostID(8), PostID(7)])
            #expect(rows.map(\.state) == [.delivered, .failed, .pending] && rows.map(\.status) == [204, 500, 500])
            #expect(rows.map { $0.news.data == nil } == [true, true, false])
            #expect(rows.map { $0.endedAt == nil } == [false, false, true])
            #expect(rows.allSatisfy { $0.attempts == 1 && $0.detail == "why" && $0.firstTriedAt == $0.lastTriedAt })
            #expect(try await subject.store.record(attempt(9, .failed), lease))
            #expect(
                try await subject.store.webhookDeliveries(of: "one", state: .failed, before: nil, limit: 10).count == 1)
            let page = try await subject.store.webhookDeliveries(of: "one", state: nil, before: rows[0].mark, limit: 1)
            #expect(page.map(\.news.post) == [PostID(8)])
        }
    }

    @Test(arguments: StoreKind.all)
    func `an attempt can disable its subscription, which stands in the audit log`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            _ = try await subscribe(subject)
            let lease = try await claim(subject)
            let start = HistoryMark(at: Timestamp(microseconds: 0))
            _ = try await subject.store.enqueue(WebhookIntake([news(7), news(8)], .read(start)), lease)
            #expect(try await !subject.store.record(attempt(7, .failed, disable: "gone"), lease))
            let disabled = try await row(subject)
            #expect(disabled.state == .disabled && disabled.reason == "gone" && disabled.failingSince != nil)
            #expect(try await !subject.store.record(attempt(8, .delivered, disable: "other"), lease))
            #expect(try await row(subject).reason == "gone")
            #expect(try await subject.count("audit WHERE subject = 'webhook:one'") == 2)
        }
    }

    @Test(arguments: StoreKind.all)
    func `a replay begins anew what has ended, and leaves alone what has not`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            _ = try await subscribe(subject)
            let lease = try await claim(subject)
            let start = HistoryMark(at: Timestamp(microseconds: 0))
            _ = try await subject.store.enqueue(WebhookIntake([news(7), news(8)], .read(start)), lease)
            _ = try await subject.store.record(attempt(7, .delivered), lease)
            _ = try await subject.store.record(attempt(8, .again(afterMicroseconds: Self.minute)), lease)
            let until = Timestamp(microseconds: 1_700_000_000_000_000)
            _ = try await subject.store.change(
                subscription: "one", .replay(from: Timestamp(microseconds: 1), until: until), actor: "person:ann")
            let mark = HistoryMark(at: Timestamp(microseconds: 9), post: PostID(8), revision: 1)
            let replay = WebhookIntake([news(7), news(8), news(9)], .replayed(mark))
            #expect(try await subject.store.enqueue(replay, lease))
            #expect(try await row(subject).replay == .init(cursor: mark, until: until))
            #expect(try await row(subject).cursor == start)
            let queue = try await subject.store.webhookQueue(of: "one", limit: 10)
            #expect(queue.due.map(\.news) == [news(7), news(9)] && queue.due.allSatisfy { $0.attempts == 0 })
            #expect(queue.pending == 3)
            #expect(try await subject.store.enqueue(WebhookIntake([], .replayed(nil)), lease))
            #expect(try await row(subject).replay == nil)
            #expect(try await subject.store.redeliver(news(8), to: "one"))
            #expect(try await subject.store.redeliver(news(11), to: "one"))
            #expect(try await subject.store.webhookQueue(of: "one", limit: 10).due.count == 4)
            #expect(try await !subject.store.redeliver(news(8), to: "two"))
        }
    }

    @Test(arguments: StoreKind.databases)
    func `deliveries that have ended are trimmed by age, and those of a subscription that is gone`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            for id in ["one", "two"] { _ = try await subscribe(subject, id) }
            let rows = try await subject.store.claimSubscriptions(node: "node", microseconds: Self.minute * 120)
            for row in rows {
                let lease = SubscriptionLease(id: row.id, node: "node", epoch: row.epoch)
                let found = WebhookIntake([news(7), news(8), news(9)], .read(row.cursor))
                _ = try await subject.store.enqueue(found, lease)
                _ = try await subject.store.record(attempt(7, .delivered), lease)
            }
            try await subject.advance(.seconds(3600))
            let lease = SubscriptionLease(id: "one", node: "node", epoch: rows[0].epoch)
            _ = try await subject.store.record(attempt(8, .failed), lease)
            _ = try await subject.store.unsubscribe("two", actor: "person:ann")
            let now = try await subject.store.now()
            let past = Timestamp(microseconds: 0)
            let limits = LogLimits(deliveries: past, ledger: past, webhooks: now - .seconds(60))
            while try await subject.store.trimLogs(limits, slice: 2) > 0 {}
            let left = try await subject.store.webhookDeliveries(of: "one", state: nil, before: nil, limit: 10)
            #expect(left.map(\.state) == [.pending, .failed])
            #expect(try await subject.count("webhook_deliveries") == 2)
        }
    }
}
