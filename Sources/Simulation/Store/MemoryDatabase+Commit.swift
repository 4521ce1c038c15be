import JSONValue
import Store

extension MemoryDatabase {
    /// Writes a batch: all of it, or (when it throws) nothing.
    mutating func commit(_ batch: Batch, at now: Timestamp) throws -> CommitResult {
        for write in batch.writes { try StorableCheck.check(write) }
        for lease in batch.writes.flatMap(\.fences) { try check(lease, at: now) }
        var winners: Set<PostID> = []
        for write in batch.writes.sorted(by: { $0.post < $1.post }) where wins(write) {
            winners.insert(write.post)
            put(write, batch: batch.id, at: now)
        }
        // Last, because an event may be for a post that this batch creates.
        for write in batch.writes where winners.contains(write.post) { try emit(write.emitted, at: now) }
        batches[batch.id] = winners
        return CommitResult(winners: winners, at: now)
    }

    func winners(of batch: String, posts: [PostID]) -> Set<PostID> {
        (batches[batch] ?? []).intersection(posts)
    }

    private func wins(_ write: PostWrite) -> Bool {
        guard let post = posts[write.post] else { return write.expectedRevision == 0 }
        guard post.row.revision == write.expectedRevision, write.expectedRevision > 0 else { return false }
        let areThere = write.consumedInbox.allSatisfy { id in inbox.contains { $0.event.id == id } }
        return areThere && write.expired.allSatisfy { post.jobs[$0.number]?.wakeAt == $0.wakeAt }
    }

    private mutating func put(_ write: PostWrite, batch: String, at now: Timestamp) {
        let revision = write.expectedRevision + Int64(write.transitions.count)
        let row = PostRow(id: write.post, revision: revision, state: write.state)
        if posts[write.post] == nil { insert(Post(row: row, changedAt: now)) }
        posts[write.post]?.put(write, row, batch: batch, at: now)
        for limit in write.limits { limits[limit.key] = max(limits[limit.key] ?? limit.nextAt, limit.nextAt) }
        record(write.deliveries, at: now)
        costs += write.costs.map { ($0, now) }
        if !write.consumedInbox.isEmpty { inbox.removeAll { write.consumedInbox.contains($0.event.id) } }
    }

    mutating func record(_ rows: [DeliveryRow], at now: Timestamp) {
        for var row in rows {
            row.receivedAt = now
            deliveries.append(row)
        }
    }
}

extension MemoryDatabase.Post {
    fileprivate mutating func put(_ write: PostWrite, _ row: PostRow, batch: String, at now: Timestamp) {
        self.row = row
        changedAt = now
        submission = submission ?? write.submission
        for (index, transition) in write.transitions.enumerated() {
            var stored = transition
            stored.post = write.post
            stored.revision = write.expectedRevision + Int64(index) + 1
            stored.at = now
            stored.batch = batch
            history.append(stored)
        }
        for job in write.jobs { apply(job, at: now) }
        for timer in write.timers { apply(timer, at: now) }
        for var result in write.results {
            result.createdAt = now
            results.append(result)
        }
        for comment in write.comments { put(comment, at: now) }
    }

    private mutating func apply(_ write: TimerWrite, at now: Timestamp) {
        let former = timers.first { $0.name == write.name }
        timers.removeAll { $0.name == write.name }
        switch write {
        case .set(let name, let occurrence, let delay):
            timers.append(TimerRow(post: row.id, name: name, occurrence: occurrence, due: now.after(delay)))
        case .move(_, let target):
            guard var timer = former else { return }
            timer.name = target
            timers.removeAll { $0.name == target }
            timers.append(timer)
        case .clear: break
        }
    }

    /// Changes the live row of the account, or begins one.
    private mutating func put(_ comment: CommentRow, at now: Timestamp) {
        var new = comment
        new.post = row.id
        new.updatedAt = now
        let live = comments.lastIndex { $0.account == comment.account && $0.state.isLive }
        guard let live else { return comments.append(new) }
        if new.detail.isEmpty { new.detail = comments[live].detail }
        comments[live] = new
    }
}

extension CommentRow.State {
    package var isLive: Bool { self != .failed && self != .cancelled }
}

extension Timestamp {
    /// This moment and a delay; the end of time when the sum is beyond it.
    func after(_ delay: Int64) -> Timestamp {
        let (sum, isOver) = microseconds.addingReportingOverflow(delay)
        return Timestamp(microseconds: isOver ? .max : sum)
    }
}
