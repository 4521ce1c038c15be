import Store

/// What a hot row itself knows of its post's live jobs; `doctor` compares it with the table.
package enum HotJobs {
    /// Attempts of live jobs by number: 0 while a job waits for its first. Nil when the row's memory cannot be read.
    package static func live(_ row: PostRow) -> [Int: Int]? {
        guard let instance = Instance(row) else { return nil }
        return instance.jobs.filter { $0.value.phase != .done }.mapValues(\.attempt)
    }
}
