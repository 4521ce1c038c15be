import Store

/// Rows as a commit found them, for laws that compare.
struct FormerRows {
    private(set) var jobs: [PostID: [Int: JobRow]] = [:]
    /// Posts that were held.
    private(set) var held: Set<PostID> = []

    init(_ call: StoreCall, _ database: MemoryDatabase) {
        guard case .commit(let batch) = call.kind else { return }
        for write in batch.writes {
            guard let post = database.posts[write.post] else { continue }
            jobs[write.post] = post.jobs
            if post.row.state.metadata["held"] != nil { held.insert(write.post) }
        }
    }
}
