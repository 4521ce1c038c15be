import Engine
import JSONValue
import Logging
import Store
import Threads

/// What to scan, and what is new there becomes a post, each submission once.
///
/// A listing is paged from its top until a whole page is known: `before=` fails silently when its anchor was deleted.
/// New submissions are ingested oldest first, so that a pass that was cut off leaves no hole behind a known page.
package final class Scanner: Sendable {
    package struct Options: Sendable {
        package var communities: [String]
        package var rules: SkipRules
        /// Reddit's listings end after about 1,000 items.
        package var pageLimit = 10
        /// Submissions that are ingested at once; at most a page, see ``Scanner``.
        package var batch = 100
        /// Older submissions are taken for known: what was known of them may have been forgotten.
        package var maximumAge = Duration.seconds(400 * 86_400)
        package var priority: @Sendable (Submission, Timestamp) -> Int

        package init(
            communities: [String], rules: SkipRules, priority: @escaping @Sendable (Submission, Timestamp) -> Int
        ) {
            self.communities = communities
            self.rules = rules
            self.priority = priority
        }
    }

    /// Totals since the start, for metrics.
    package var totals: ScanReport { sums.withLock { $0 } }

    private let client: RedditClient
    private let sink: any Ingesting
    private let options: Options
    private let logger: Logger
    private let sums = Locked(ScanReport())

    package init(
        client: RedditClient, sink: any Ingesting, options: Options, logger: Logger = Logger(label: "scanner")
    ) {
        self.client = client
        self.sink = sink
        self.options = options
        self.logger = logger
    }

    /// Scans until cancelled. Errors lengthen the pause, up to five minutes; a spent window is waited for.
    package func run(interval: Duration) async {
        var failures = 0
        while !Task.isCancelled {
            var pause = interval
            do {
                let report = try await scan()
                failures = 0
                if report.new > 0 {
                    logger.info("scanned", metadata: ["new": "\(report.new)", "seen": "\(report.seen)"])
                }
            } catch {
                failures += 1
                pause = Self.pause(after: error, failures: failures, interval: interval)
                logger.warning("a scan failed", metadata: ["error": "\(error)", "pause": "\(pause)"])
            }
            do { try await client.clock.sleep(pause) } catch { return }
        }
    }

    static func pause(after error: any Error, failures: Int, interval: Duration) -> Duration {
        let backoff = min(max(interval, .seconds(1)) * (1 << min(failures - 1, 8)), .seconds(300))
        return max(backoff, (error as? RedditError)?.retryAfter ?? .zero)
    }

    /// One pass over all communities.
    package func scan() async throws -> ScanReport {
        var report = ScanReport()
        defer { sums.withLock { $0.add(report) } }
        for chunk in CommunityNames.chunks(options.communities) {
            try await scan(chunk, &report)
        }
        return report
    }

    /// A community that cannot be read must not hide the others of its listing: they are asked in halves.
    private func scan(_ communities: [String], _ report: inout ScanReport) async throws {
        do {
            try await ingest(try await collect(communities, &report), &report)
        } catch let error as RedditError where error.isAboutCommunity {
            guard communities.count > 1 else {
                report.unavailable[communities[0]] = error.code
                logger.notice(
                    "a community cannot be read", metadata: ["community": "\(communities[0])", "error": "\(error)"])
                return
            }
            let middle = communities.count / 2
            try await scan(Array(communities[..<middle]), &report)
            try await scan(Array(communities[middle...]), &report)
        }
    }

    /// All new submissions of a listing, newest first.
    private func collect(_ communities: [String], _ report: inout ScanReport) async throws -> [SubmissionThing] {
        var new: [SubmissionThing] = []
        var listed: Set<PostID> = []
        var after: String?
        var known: Set<PostID> = []
        for _ in 0..<max(1, options.pageLimit) {
            let page = try await client.newest(in: communities, after: after)
            report.pages += 1
            report.undecodable += page.undecodable
            let fresh = page.things.filter { listed.insert($0.submission.id).inserted }
            var there = try await sink.existing(fresh.map(\.submission.id))
            let gone = fresh.filter { $0.isGone && there.contains($0.submission.id) }.map(\.submission.id)
            if !gone.isEmpty { try await sink.forgetTexts(of: gone) }
            let limit = client.clock.now() + (.zero - options.maximumAge)
            there.formUnion(fresh.filter { $0.submission.createdAt < limit }.map(\.submission.id))
            known.formUnion(there)
            new += fresh.filter { !there.contains($0.submission.id) }
            let isKnown = !fresh.isEmpty && there.count == fresh.count
            after = page.after
            if isKnown || after == nil { break }
        }
        report.seen += listed.count
        try await noteGap(communities, listed: listed, known: known, &report)
        return new
    }

    /// Nothing known in the whole listing, though something older was ingested: between the two some were never seen.
    private func noteGap(
        _ communities: [String], listed: Set<PostID>, known: Set<PostID>, _ report: inout ScanReport
    ) async throws {
        guard known.isEmpty, let oldest = listed.min() else { return }
        guard try await sink.hasOlder(than: oldest, in: communities) else { return }
        report.gaps += 1
        logger.warning(
            "a listing ended before a known submission",
            metadata: ["communities": "\(communities.joined(separator: "+"))", "listed": "\(listed.count)"])
    }

    private func ingest(_ things: [SubmissionThing], _ report: inout ScanReport) async throws {
        let now = client.clock.now()
        let posts = things.sorted { $0.submission.id < $1.submission.id }.map { thing in
            let skip = options.rules.reason(thing)
            if let skip { report.skipped[skip, default: 0] += 1 }
            return NewPost(
                submission: thing.submission, priority: options.priority(thing.submission, now),
                context: ["skip": .string(skip?.rawValue ?? "")])
        }
        for start in stride(from: 0, to: posts.count, by: max(1, options.batch)) {
            try await create(Array(posts[start..<min(start + max(1, options.batch), posts.count)]), &report)
        }
    }

    /// A submission that cannot be stored must not stop the others of its batch: they are tried one by one.
    private func create(_ posts: [NewPost], _ report: inout ScanReport) async throws {
        do {
            report.new += try await sink.create(posts).count
        } catch  where Self.isAboutData(error) {
            for post in posts {
                do {
                    report.new += try await sink.create([post]).count
                } catch  where Self.isAboutData(error) {
                    report.refused += 1
                    logger.error(
                        "a submission was refused",
                        metadata: ["post": "\(post.submission.id)", "error": "\(error)"])
                }
            }
        }
    }

    private static func isAboutData(_ error: any Error) -> Bool {
        if let error = error as? StoreError { return error.code == .refusedData }
        return !(error is EngineError || error is RedditError || error is CancellationError)
    }
}

extension ScanReport {
    fileprivate mutating func add(_ other: ScanReport) {
        seen += other.seen
        new += other.new
        pages += other.pages
        undecodable += other.undecodable
        refused += other.refused
        gaps += other.gaps
        skipped.merge(other.skipped, uniquingKeysWith: +)
        unavailable = other.unavailable
    }
}
