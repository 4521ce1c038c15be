import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func commit(_ batch: Batch) async throws -> CommitResult {
        try await write { transaction in
            for lease in Set(batch.writes.flatMap(\.fences)) { try transaction.check(lease) }
            var winners: Set<PostID> = []
            for write in batch.writes where try transaction.put(write) {
                winners.insert(write.post)
                try transaction.putParts(of: write, batch: batch.id)
            }
            // Last, because an event may be for a post that this batch creates.
            for write in batch.writes where winners.contains(write.post) { try transaction.emit(write.emitted) }
            return CommitResult(winners: winners, at: Timestamp(microseconds: transaction.now))
        }
    }

    package func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID> {
        // In a transaction of its own, so that it comes after the one in doubt.
        try await write { transaction in
            let sql = """
                SELECT value FROM json_each(?)
                WHERE EXISTS (SELECT 1 FROM transitions WHERE post_id = value AND batch_id = ?)
                """
            return Set(try transaction.db.rows(sql, [posts.list, batch]) { try $0.post() })
        }
    }
}

extension Transaction {
    /// Writes the post's row if its revision is still the expected one. False: it lost, and nothing is written.
    fileprivate func put(_ write: PostWrite) throws -> Bool {
        guard !write.transitions.isEmpty else {
            throw StoreError(.refusedData, subject: "\(write.post)", "a write without a macrostep")
        }
        let revision = write.expectedRevision + Int64(write.transitions.count)
        guard write.expectedRevision == 0 else {
            guard try areThere(write.consumedInbox), try haveRunOut(write.expired, of: write.post) else { return false }
            return try update(write.post, from: write.expectedRevision, to: revision, write.state)
        }
        return try insert(write.post, revision: revision, write.state)
    }

    fileprivate func putParts(of write: PostWrite, batch: String) throws {
        if let submission = write.submission { try insert(submission, post: write.post) }
        for (index, row) in write.transitions.enumerated() {
            try insert(row, post: write.post, revision: write.expectedRevision + Int64(index) + 1, batch: batch)
        }
        for job in write.jobs { try apply(job, post: write.post) }
        for timer in write.timers { try apply(timer, post: write.post) }
        for result in write.results { try insert(result, post: write.post) }
        for comment in write.comments { try put(comment, post: write.post) }
        for limit in write.limits { try raise(limit) }
        for delivery in write.deliveries { try insert(delivery) }
        for cost in write.costs { try insert(cost, post: write.post) }
        try consume(write.consumedInbox)
    }
}
