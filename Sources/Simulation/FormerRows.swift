import Store

/// Rows as a commit found them, for laws that compare.
struct FormerRows {
    private(set) var jobs: [PostID: [Int: JobRow]] = [:]

    init(_ call: StoreCall, _ database: MemoryDatabase) {
        guard case .commit(let batch) = call.kind else { return }
        for write in batch.writes { jobs[write.post] = database.posts[write.post]?.jobs }
    }
}
