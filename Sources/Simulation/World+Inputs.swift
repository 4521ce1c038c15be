import Engine
import JSONValue
import Store

/// What comes from outside, and what its senders are told.
extension World {
    enum Kind: Sendable { case good, refused, broken }

    func create(_ posts: [PostID], by node: SimulatedNode) {
        guard let engine = node.engine else { return }
        let new = posts.map { post in
            NewPost(
                submission: Submission(
                    id: post, source: "simulation", community: "c", author: nil, title: "Post \(post)", body: "",
                    url: "", permalink: "", createdAt: Self.epoch, score: 0, commentCount: 0),
                priority: Int(post.rawValue % 3))
        }
        spawn(node) { [self] in
            guard let created = try? await engine.create(new, actor: "scanner") else { return }
            for post in created {
                if database.posts[post] == nil { fail("law 2", "post \(post) was acknowledged and is not there") }
                laws.created.insert(post)
                tally[.law2] += 1
            }
        }
    }

    func trigger(
        _ event: String, _ post: PostID, by node: SimulatedNode, kind: Kind = .good, expecting revision: Int64? = nil
    ) {
        guard let engine = node.engine else { return }
        let marker = laws.newMarker()
        var data: JSONObject = ["n": .int(marker), "by": "simulation"]
        if kind == .refused { data["text"] = "a\0b" }
        let payload = data
        spawn(node) { [self] in
            node.openTriggers += 1
            do {
                let outcome = try await engine.trigger(
                    event, data: payload, post: post, actor: "person:simulation", expectedRevision: revision)
                node.openTriggers -= 1
                answered(outcome, event, post, marker, kind, revision)
            } catch {
                node.openTriggers -= 1
                refused(error, kind, marker)
            }
        }
    }

    private func answered(
        _ outcome: WorkOutcome, _ event: String, _ post: PostID, _ marker: Int64, _ kind: Kind, _ expected: Int64?
    ) {
        if case .foreignChart = outcome { tally[.law13Left] += 1 }
        guard case .taken(let standing) = outcome else { return }
        let row = standing.row
        if kind == .refused { fail("law 14", "an input that cannot be stored was acknowledged") }
        if let expected, row.revision != expected + 1 {
            fail("law 2", "an event for revision \(expected) of \(post) made revision \(row.revision)")
        }
        let receipt = Laws.Receipt(post: post, revision: row.revision, event: event, marker: marker)
        laws.receipts.append(receipt)
        lookUp(receipt)
    }

    private func refused(_ error: any Error, _ kind: Kind, _ marker: Int64) {
        if let error = error as? EngineError, error.code == .overloaded { tally[.law12Refused] += 1 }
        guard let error = error as? StoreError, error.code == .refusedData else { return }
        if kind == .refused { return tally[.law14] += 1 }
        fail("law 14", "input \(marker) was refused for the data of another")
    }

    /// Law 2: what was acknowledged is in the history.
    func lookUp(_ receipt: Laws.Receipt) {
        tally[.law2] += 1
        let history = database.posts[receipt.post]?.history ?? []
        let place = Int(receipt.revision) - 1
        guard history.indices.contains(place), history[place].event == receipt.event,
            history[place].data["n"]?.int == receipt.marker
        else {
            return fail("law 2", "\(receipt.event) of \(receipt.post)@\(receipt.revision) was acknowledged and is gone")
        }
    }

    func acknowledged(
        _ key: AttemptKey, _ delivery: Delivery, _ outcome: WorkOutcome, _ again: @Sendable () -> Void
    ) {
        switch outcome {
        case .taken(let standing):
            let row = standing.row
            tally[.law2] += 1
            let history = database.posts[key.job.post]?.history ?? []
            let place = Int(row.revision) - 1
            guard history.indices.contains(place), history[place].origin == "job:\(key.job.number)!",
                history[place].data["attempt"]?.int == Int64(key.attempt)
            else { return fail("law 2", "the delivery of \(key) was acknowledged and is not in the history") }
        case .foreignChart:
            tally[.law13Left] += 1
            again()
        case .stale, .duplicate, .conflict, .ignored: tally[.law4Stale] += 1
        case .otherRevision, .unknownJob, .unknownPost, .exists, .broken:
            fail("law 4", "the delivery of \(key) was answered with \(outcome)")
        }
    }

    /// An operator holds a post, or ends its hold.
    func operate(_ operation: PostOperation, _ post: PostID, by node: SimulatedNode) {
        guard let engine = node.engine else { return }
        tally[.operated] += 1
        spawn(node) { _ = try? await engine.operate(operation, post: post, actor: "person:operator") }
    }

    /// An event from a tool, through the inbox.
    func emit(_ event: String, _ post: PostID, by node: SimulatedNode) {
        guard let store = node.engine?.store else { return }
        let marker = laws.newMarker()
        tally[.emitted] += 1
        spawn(node) { [self] in
            let row = InboxEvent(post: post, event: event, data: ["n": .int(marker)], actor: "tool:simulation")
            if (try? await store.emit([row])) == 1 { laws.emitted.append(marker) }
        }
    }

    /// Law 12: no more outside events wait in a node than its lanes may hold, with the batches that are under way.
    func measureQueues() {
        let limit = plan.lanes * (plan.laneLimit + 2 * plan.batchLimit)
        for node in aliveNodes {
            tally[.law12] += 1
            if node.openTriggers > limit {
                fail("law 12", "\(node.openTriggers) outside events wait in \(node.name), and \(limit) may")
            }
        }
    }
}
