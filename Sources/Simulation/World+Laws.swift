import Engine
import JSONValue
import Pipeline
import Store

/// The laws, after each commit.
extension World {
    func committed(
        _ batch: Batch, _ result: CommitResult, _ node: SimulatedNode, _ before: FormerRows
    ) {
        tally[.commits] += 1
        tally[.law12] += 1
        if batch.writes.count > plan.batchLimit {
            fail("law 12", "a batch holds \(batch.writes.count) posts, and \(plan.batchLimit) are permitted")
        }
        var topics: Set<WakeUp> = []
        for write in batch.writes.sorted(by: { $0.post < $1.post }) where result.winners.contains(write.post) {
            judge(write, node, at: result.at)
            judgeFormer(write, before, node, at: result.at)
            if !write.jobs.isEmpty { topics.insert(.jobs) }
            if !write.timers.isEmpty { topics.insert(.timers) }
            if !write.emitted.isEmpty { topics.insert(.inbox) }
        }
        for load in database.loads where load.currentLoad > load.endpoint.maxConcurrent {
            fail("law 12", "\(load.endpoint.name) has \(load.currentLoad) jobs of \(load.endpoint.maxConcurrent)")
        }
        judgeBudgets(at: result.at)
        hint(WakeUp.allCases.filter(topics.contains))
    }

    private func judge(_ write: PostWrite, _ node: SimulatedNode, at: Timestamp) {
        guard let post = database.posts[write.post] else { return fail("law 1", "a winner is not there") }
        note("  \(write.post) is at \(post.row.revision)", write.post.rawValue, post.row.revision)
        tally[.law13] += 1
        if !node.digests.contains(write.state.chart) {
            fail("law 13", "\(node.name) lacks the chart of post \(write.post) and has moved it")
        }
        judgeLeases(write, node, at)
        judgeHistory(write, post)
        judgeDeliveries(write)
        tally[.law1] += 1
        if let difference = Laws.difference(post) { fail("law 1", "post \(write.post): \(difference)") }
        tally[.bookkeeping] += 1
        if let difference = laws.books[write.post]?.difference(post) {
            fail("law 1", "post \(write.post) by its history: \(difference)")
        }
        tally[.law5] += 1
        if post.row.state.waitsFor == .work, !database.isWoken(post) {
            fail("law 5", "nothing wakes post \(write.post) in \(post.row.state.configuration)")
        }
        judgeOutage(write)
        for job in post.jobs.values {
            if let problem = Laws.clockProblem(job, plan.settings) { fail("law 6", problem) }
        }
    }

    private func judgeLeases(_ write: PostWrite, _ node: SimulatedNode, _ at: Timestamp) {
        for case .assign(let assign) in write.jobs {
            tally[.law8] += 1
            let lease = Lease(endpoint: assign.endpoint, node: node.name, epoch: assign.epoch)
            if !database.holds(lease, at: at) {
                fail("law 8", "\(node.name) assigned a job of \(write.post) under a lease that is gone")
            }
        }
    }

    /// Judged by the rows as they were: who put a job back, and whether a job that was ended for its clock was late.
    private func judgeFormer(_ write: PostWrite, _ before: FormerRows, _ node: SimulatedNode, at: Timestamp) {
        for case .assign(let assign) in write.jobs {
            tally[.held] += 1
            // One write may hold the end of the hold and the assignment.
            if before.held.contains(write.post), write.state.metadata["held"] != nil {
                fail("holds", "job \(assign.number) of \(write.post) was assigned, and the post is held")
            }
        }
        for case .putBack(let number, _, _) in write.jobs {
            guard let job = before.jobs[write.post]?[number], let endpoint = job.endpoint else { continue }
            tally[.law8] += 1
            guard database.endpoints.contains(where: { $0.row.name == endpoint && $0.owner == node.name }) else {
                return fail("law 8", "\(node.name) put back \(job.key), whose endpoint is another's")
            }
        }
        for row in write.transitions where row.actor == "timer" && row.origin.hasSuffix("!") {
            let number = Int(row.origin.dropFirst(4).dropLast()) ?? 0
            guard let job = before.jobs[write.post]?[number] else { continue }
            let expiry = Laws.Expiry(job: job.key, wakeAt: job.wakeAt)
            if !laws.dueJobs.contains(expiry) { fail("law 6", "\(job.key) was ended, and was heard of meanwhile") }
        }
    }

    private func judgeHistory(_ write: PostWrite, _ post: MemoryDatabase.Post) {
        for row in post.history.suffix(write.transitions.count) {
            tally[.transitions] += 1
            if let problem = laws.books[write.post, default: Bookkeeping()].apply(row) {
                fail("law 4", "post \(write.post) at \(row.revision): \(problem)")
            }
            judgeClocks(row)
            if row.origin.hasSuffix("!") { tally[.law4] += 1 }
            if let marker = row.data["n"]?.int, !laws.markers.insert(marker).inserted {
                fail("once only", "input \(marker) counted twice, the second time at \(write.post)@\(row.revision)")
            }
        }
        for expired in write.expired {
            tally[.law6] += 1
            let expiry = Laws.Expiry(
                job: JobKey(post: write.post, number: expired.number), wakeAt: expired.wakeAt)
            if !laws.dueJobs.contains(expiry) { fail("law 6", "\(expiry.job) was ended before its time") }
        }
    }

    private func judgeClocks(_ row: TransitionRow) {
        guard row.origin.hasPrefix("timer:"), let hash = row.origin.lastIndex(of: "#") else { return }
        tally[.timers] += 1
        let name = String(row.origin[..<hash].dropFirst(6))
        let key = Laws.TimerKey(
            post: row.post, name: name, occurrence: Int(row.origin[row.origin.index(after: hash)...]) ?? 0)
        if !laws.dueTimers.contains(key) { fail("law 8", "\(row.origin) of \(row.post) fired before its time") }
    }

    private func judgeDeliveries(_ write: PostWrite) {
        for delivery in write.deliveries where delivery.verdict == .counted {
            let key = AttemptKey(job: delivery.job, attempt: delivery.attempt)
            if !laws.countedDeliveries.insert(key).inserted { fail("law 4", "two deliveries of \(key) counted") }
        }
    }
}

extension PipelineSettings {
    func silence(of source: String) -> Duration {
        JobSource(rawValue: source).map { self[$0].silence } ?? .seconds(900)
    }
}
