import JSONValue
import Store

/// One walk over all posts: those that ended long ago are archived and purged, texts before that; then what has no posts
/// any more is dropped.
struct UpkeepRound {
    let store: any Store
    let limits: UpkeepLimits
    /// Names the archive's file.
    let node: String
    let pause: @Sendable (Duration) async throws -> Void
    /// Posts that are looked at in one statement: most of them go on, and cost little.
    private static let page = 5_000

    func run() async throws -> UpkeepReport {
        var report = UpkeepReport()
        try await store.maintain()
        let now = try await store.now()
        let ends = Ends(purge: now + (.zero - limits.finished), texts: now + (.zero - limits.texts))
        let archive = try limits.archiveFolder.map { try Archive(folder: $0, node: node, now: now) }
        var cursor: PostID?
        repeat {
            let page = try await paced { try await store.finishedPosts(after: cursor, rows: Self.page) }
            try await clean(page.posts, ends, archive, &report)
            cursor = page.next
        } while cursor != nil
        try await trim(now, ends, &report)
        return report
    }

    private struct Ends {
        let purge: Timestamp
        let texts: Timestamp
    }

    private func clean(
        _ posts: [FinishedPost], _ ends: Ends, _ archive: Archive?, _ report: inout UpkeepReport
    ) async throws {
        let old = posts.filter { $0.changedAt < ends.purge }
        if let archive, let first = old.first {
            let part = try archive.begin(first.id)
            for slice in slices(old) {
                report.archived += try await paced {
                    let records = try await store.records(slice.map(\.id))
                    try part.write(records)
                    return records.count
                }
            }
            try archive.finish(part)
        }
        for slice in slices(old) { report.purged += try await paced { try await store.purge(slice) } }
        let wordy = posts.filter { $0.hasTexts && $0.changedAt >= ends.purge && $0.changedAt < ends.texts }
        for slice in slices(wordy) {
            report.textsPurged += try await paced { try await store.purgeTexts(of: slice.map(\.id)) }
        }
    }

    private func slices(_ posts: [FinishedPost]) -> [[FinishedPost]] {
        stride(from: 0, to: posts.count, by: max(1, limits.batch)).map { start in
            Array(posts[start..<min(start + max(1, limits.batch), posts.count)])
        }
    }

    private func trim(_ now: Timestamp, _ ends: Ends, _ report: inout UpkeepReport) async throws {
        let logs = LogLimits(
            deliveries: ends.texts, ledger: now - limits.ledger, webhooks: now - limits.webhooks)
        var trimmed = 0
        repeat {
            trimmed = try await paced { try await store.trimLogs(logs, slice: limits.batch * 10) }
            report.trimmed += trimmed
        } while trimmed > 0
        report.droppedPartitions = try await store.dropPartitions(transitions: ends.purge, deliveries: ends.texts)
    }

    /// Works, then rests for at least as long.
    private func paced<Value>(_ work: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        let value = try await work()
        try await pause(max(limits.pause, ContinuousClock.now - start))
        return value
    }
}
