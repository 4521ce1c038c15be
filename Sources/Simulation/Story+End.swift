import Engine
import JSONValue
import Store

/// How a run comes to its end: the trouble ceases, persons do what is asked of them, and everything must finish.
extension World {
    func heal() {
        note("the trouble is over")
        rates = SeedPlan.Rates()
        outageUntil = 0
        for node in aliveNodes where node.isFrozen {
            node.isFrozen = false
            scheduler.stop(node.place, false)
        }
        let all = Set(shelf.digests)
        if !aliveNodes.contains(where: { $0.digests == all && !$0.isDraining }) { startNode(digests: all) }
    }

    /// Once a second of virtual time.
    func lookAround() {
        measureQueues()
        for post in database.all where post.row.state.waitsFor == .person { ask(post) }
        for post in database.all where post.row.state.metadata["held"] != nil { release(post) }
        if isHealed {
            createMissing()
            if isAllDone {
                judgeTheEnd()
                isOver = true
                return
            }
            if now > Int64(plan.troubleSeconds + plan.patienceSeconds) * 1_000_000 { return fail("law 5", unfinished) }
        }
        after(seconds: 1) { [self] in lookAround() }
    }

    /// A person does something about a post that waits for one; what can be done is tried by turns.
    private func ask(_ post: MemoryDatabase.Post) {
        guard isHealed || dice.chance(12), let node = someNode() else { return }
        tally[.persons] += 1
        let isLate = now > Int64(plan.troubleSeconds + 25) * 1_000_000
        trigger(
            isLate ? "cancel" : dice.pick(["approve", "retry", "approve", "retry", "cancel"]), post.row.id, by: node)
    }

    private func release(_ post: MemoryDatabase.Post) {
        guard isHealed || dice.chance(25), let node = someNode() else { return }
        operate(.release(reason: "simulated"), post.row.id, by: node)
    }

    /// A scanner would bring a post that was never acknowledged again.
    private func createMissing() {
        let missing = postIDs.filter { database.posts[$0] == nil }
        guard !missing.isEmpty, let node = someNode() else { return }
        create(missing, by: node)
    }

    private var isAllDone: Bool {
        guard database.order.count >= plan.posts, database.inbox.isEmpty else { return false }
        return database.posts.values.allSatisfy { $0.row.state.waitsFor == .nothing && !database.isWoken($0) }
    }

    private var unfinished: String {
        let open = database.all.filter { $0.row.state.waitsFor != .nothing || database.isWoken($0) }
        let texts = open.map { post in
            let jobs = post.jobs.values.map { "\($0.key) \($0.phase)/\($0.attempt)" }
            return
                "\(post.row.id) in \(post.row.state.configuration), \(post.row.state.waitsFor), jobs \(jobs.sorted()), "
                + "timers \(post.timers.map(\.name))"
        }
        return
            "not ended \(plan.patienceSeconds) s after all trouble: \(texts), inbox \(database.inbox.map(\.event.event))"
    }

    private func judgeTheEnd() {
        for post in database.all {
            tally[.replays] += 1
            guard let interpreter = shelf.interpreters[post.row.state.chart] else {
                return fail("law 13", "post \(post.row.id) is on a chart that nobody has")
            }
            let difference = HistoryReplay.check(
                row: post.row, history: post.history, interpreter: interpreter,
                settings: plan.settings.forCharts)
            if let difference { fail("replay", "post \(post.row.id): \(difference)") }
        }
        for receipt in laws.receipts { lookUp(receipt) }
        for post in laws.created where database.posts[post] == nil { fail("law 2", "post \(post) is gone") }
        for marker in laws.emitted where !laws.markers.contains(marker) {
            fail("law 2", "event \(marker) was taken into the inbox and never handled")
        }
        for stuck in database.stuckPosts(limit: 5, at: databaseNow) {
            fail("law 5", "post \(stuck.post) is stuck: \(stuck.reason)")
        }
    }
}
