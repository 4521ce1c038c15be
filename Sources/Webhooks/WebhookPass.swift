import JSONValue
import Logging
import Store

/// What deliveries are made with.
package struct WebhookParts: Sendable {
    package var store: any Store
    package var reader: WebhookReader
    package var courier: WebhookCourier
    package var options: WebhookOptions
    /// The database's clock, as near as that is known without asking.
    package var now: @Sendable () -> Timestamp
    package var logger: Logger

    package init(
        store: any Store, reader: WebhookReader, courier: WebhookCourier, options: WebhookOptions,
        now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) {
        self.store = store
        self.reader = reader
        self.courier = courier
        self.options = options
        self.now = now
        self.logger = logger
    }
}

/// One look at one subscription: news from the history into its queue, and what is due from the queue to the receiver.
struct WebhookPass {
    let parts: WebhookParts
    let lease: SubscriptionLease
    var row: SubscriptionRow
    var place: WebhookPlace

    /// How long it may be left alone; nil when this node may not write about it any more.
    mutating func run() async throws -> Duration? {
        var queue = try await parts.store.webhookQueue(of: row.id, limit: parts.options.page)
        var hasMore = false
        if queue.pending < parts.options.pendingLimit {
            guard let found = try await read() else { return nil }
            hasMore = found
            if found { queue = try await parts.store.webhookQueue(of: row.id, limit: parts.options.page) }
        }
        if let end = row.pausedUntil, end > queue.now {
            return hasMore ? .zero : min(parts.options.poll, end - queue.now)
        }
        guard try await send(queue.due) else { return nil }
        if hasMore || !queue.due.isEmpty { return .zero }
        return min(parts.options.poll, queue.nextAt.map { max(.zero, $0 - queue.now) } ?? parts.options.poll)
    }

    // MARK: - Reading

    /// Whether there was anything; nil when the lease is lost.
    private mutating func read() async throws -> Bool? {
        if place.needsHorizon(row) {
            place.begin(row, try await parts.store.settledHistory(), overlap: parts.options.overlap)
        }
        let horizon = place.horizon
        let patience = horizon - parts.options.chartPatience
        let page = try await look(from: place.mark, until: horizon, patience, &place.span)
        if !page.isEmpty {
            guard try await parts.store.enqueue(WebhookIntake(page.news, .read(page.end)), lease) else { return nil }
        }
        place.mark = page.end
        if !page.hasMore { place.forgetHorizon() }
        guard let replay = row.replay else { return page.hasMore }
        let again = try await look(
            from: replay.cursor, until: min(replay.until, horizon), patience, &place.replaySpan)
        let isOver = again.end >= HistoryMark(at: replay.until)
        guard isOver || again.end > replay.cursor else { return page.hasMore }
        let progress = WebhookIntake.Progress.replayed(isOver ? nil : again.end)
        guard try await parts.store.enqueue(WebhookIntake(again.news, progress), lease) else { return nil }
        return page.hasMore || again.hasMore
    }

    private struct Page {
        var news: [WebhookNews] = []
        /// Up to where the history was read.
        var end: HistoryMark
        var isEmpty = true
        /// Whether there was anything, or more of the time before the horizon is left.
        var hasMore = false
    }

    /// Reads at most a page, and at most a span of time: where there is much in a short time the span shrinks, so that
    /// finding the first of it stays cheap; where there is little it grows. Stops at a macrostep of a chart that this
    /// node lacks, if it is not from before a moment.
    private func look(
        from mark: HistoryMark, until horizon: Timestamp, _ patience: Timestamp, _ span: inout Duration
    ) async throws -> Page {
        let end = min(horizon, mark.at + span)
        guard end > mark.at else { return Page(end: mark) }
        let found = try await parts.store.steps(after: mark, before: end, limit: parts.options.page)
        let isFull = found.count == parts.options.page
        span = isFull ? max(.seconds(1), span / 2) : min(.seconds(30 * 86_400), span * 2)
        let steps = found.prefix { parts.reader.knows($0) || $0.at < patience }
        let isStopped = steps.count < found.count
        let next = isFull || isStopped ? steps.last?.mark ?? mark : HistoryMark(at: end)
        return Page(
            news: steps.compactMap { parts.reader.news(of: $0, for: row.terms) }, end: next, isEmpty: steps.isEmpty,
            hasMore: !isStopped && (!steps.isEmpty || end < horizon))
    }

    // MARK: - Sending

    /// Sends some at a time, each as soon as another has come back. False when no more may be sent.
    private mutating func send(_ due: [WebhookDelivery]) async throws -> Bool {
        let (parts, row) = (parts, row)
        return try await withThrowingTaskGroup(of: (WebhookDelivery, WebhookCourier.Answer).self) { group in
            var waiting = due[...]
            func sendNext() {
                guard let delivery = waiting.popFirst() else { return }
                group.addTask {
                    (delivery, try await parts.courier.send(WebhookMessage(delivery), to: row, now: parts.now()))
                }
            }
            for _ in 0..<parts.options.parallel { sendNext() }
            while let (delivery, answer) = try await group.next() {
                let attempt = WebhookVerdict(
                    delivery: delivery, row: self.row, now: parts.now(), options: parts.options
                ).attempt(answer)
                let goesOn = try await record(attempt)
                if !goesOn || attempt.pauseMicroseconds != nil { waiting = [] }
                sendNext()
            }
            return self.row.state == .active
        }
    }

    private mutating func record(_ attempt: WebhookAttempt) async throws -> Bool {
        if attempt.fate == .delivered { row.failingSince = nil }
        if let reason = attempt.disable {
            parts.logger.warning(
                "a webhook is disabled", metadata: ["webhook": "\(row.id)", "reason": "\(reason)"])
        }
        let goesOn = try await parts.store.record(attempt, lease)
        if !goesOn { row.state = .disabled }
        return goesOn
    }
}

/// Where a subscription's owner is in the history, and how fast it goes on.
struct WebhookPlace: Sendable {
    private var epoch: Int64 = 0
    private var latest = Timestamp(microseconds: .min)
    /// Up to when the history is known to be complete.
    private(set) var horizon = Timestamp(microseconds: 0)
    var mark = HistoryMark(at: Timestamp(microseconds: 0))
    var span: Duration = .seconds(60)
    var replaySpan: Duration = .seconds(60)

    /// Who is far behind need not ask anew for each page.
    func needsHorizon(_ row: SubscriptionRow) -> Bool { row.epoch != epoch || row.replay != nil || mark.at >= horizon }

    /// Whoever has read all there is looks for more the next time.
    mutating func forgetHorizon() { horizon = Timestamp(microseconds: 0) }

    /// A new owner, and whoever sees that the database's clock went back, reads a little once more: what is known
    /// already is not queued twice.
    mutating func begin(_ row: SubscriptionRow, _ settled: SettledHistory, overlap: Duration) {
        if row.epoch != epoch {
            epoch = row.epoch
            mark = HistoryMark(at: max(row.cursor.at - overlap, row.createdAt))
        } else if settled.now < latest {
            mark = min(mark, HistoryMark(at: settled.now - overlap))
        }
        latest = settled.now
        horizon = settled.horizon
    }
}
