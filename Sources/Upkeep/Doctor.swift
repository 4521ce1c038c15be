import Engine
import JSONValue
import Pipeline
import Store

/// Looks for posts that nobody wakes, for rows that no foreign key guards, for owners that are gone and room that is
/// missing, and says how to mend each.
package struct Doctor: Sendable {
    private let store: any Store
    private let desk: PostDesk
    private let idleness: Idleness
    private let upkeep: UpkeepLoop

    /// Findings of one kind at most.
    private static let limit = 50
    /// Posts whose jobs are compared at most; the newest first.
    private static let comparisons = 10_000

    /// Why endpoints take nothing, by name.
    package typealias Idleness = @Sendable () async throws -> [String: [EndpointReport.Reason]]

    package init(store: any Store, desk: PostDesk, upkeep: UpkeepLoop, idleness: @escaping Idleness) {
        self.store = store
        self.desk = desk
        self.upkeep = upkeep
        self.idleness = idleness
    }

    package func examine() async throws -> Diagnosis {
        let inspection = try await store.inspect(limit: 1000)
        let endpoints = try await store.endpoints()
        let ward = Ward(
            inspection: inspection, endpoints: endpoints, idleness: try await idleness(), desk: desk,
            historyLimit: upkeep.limits.finished)
        var findings: [Complaint] = []
        for stuck in try await store.stuckPosts(limit: Self.limit) {
            guard let detail = try await store.post(stuck.post) else { continue }
            findings.append(ward.explain(stuck, detail))
        }
        findings += ward.nodes + ward.strays + ward.loads + ward.owners + ward.unserved + ward.partitions
        findings += Ward.webhooks(try await store.subscriptions(), now: inspection.at)
        let (differing, compared) = try await compareJobs()
        return Diagnosis(
            findings: findings + differing, inspection: inspection, compared: compared, lastUpkeep: upkeep.lastRound)
    }

    // MARK: - Hot rows and the table of jobs

    private func compareJobs() async throws -> ([Complaint], Int) {
        var findings: [Complaint] = []
        var compared = 0
        var cursor: PostID?
        repeat {
            let posts = try await store.listPosts(PostFilter(), after: cursor, limit: 500).map(\.row)
            let living = posts.filter { $0.state.waitsFor != .nothing }
            let jobs = Dictionary(grouping: try await store.liveJobs(of: living.map(\.id)), by: \.key.post)
            for row in living where Self.difference(row, jobs[row.id] ?? []) != nil {
                // The two were read one after the other: only what one snapshot shows counts.
                guard findings.count < Self.limit, let detail = try await store.post(row.id) else { continue }
                if let finding = Self.difference(detail.row, detail.jobs) {
                    findings.append(finding)
                }
            }
            compared += living.count
            cursor = posts.count == 500 ? posts.last?.id : nil
        } while cursor != nil && compared < Self.comparisons
        return (findings, compared)
    }

    private static func difference(_ row: PostRow, _ jobs: [JobRow]) -> Complaint? {
        guard let known = HotJobs.live(row) else {
            return Complaint(
                .unreadablePost, subject: row.id.description, text: "the memory of post \(row.id) cannot be read",
                cause: "a newer version wrote it, or it was changed by hand",
                mend: "run the version that wrote it")
        }
        let stored = Dictionary(uniqueKeysWithValues: jobs.map { ($0.key.number, $0.attempt) })
        guard known != stored else { return nil }
        let numbers = Set(known.keys).union(stored.keys).filter { known[$0] != stored[$0] }.sorted()
        let words = numbers.map { number in
            "job \(row.id)-\(number) is \(phrase(known[number])) in the post and \(phrase(stored[number])) in the table"
        }
        return Complaint(
            .jobsDiffer, subject: row.id.description, text: words.joined(separator: "; "),
            cause: "the two are only ever written in one transaction: a hand or a restored part changed one of them",
            mend: Mending.cancel(row.id))
    }

    private static func phrase(_ attempt: Int?) -> String { attempt.map { "live (attempt \($0))" } ?? "not live" }
}
