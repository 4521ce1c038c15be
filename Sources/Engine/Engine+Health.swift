import Store

extension Engine {
    /// Endpoints of this node that get nothing now because of their faults, or because they asked for it.
    package var pausedEndpoints: Set<String> {
        let now = options.time.now
        return dispatcher.owned.withLock { owned in
            Set(owned.values.filter { $0.breaker.permits(at: now, of: 1) == 0 }.map(\.row.name))
        }
    }
}

/// What a hot row itself knows of its post's live jobs; `doctor` compares it with the table.
package enum HotJobs {
    /// Attempts of live jobs by number: 0 while a job waits for its first. Nil when the row's memory cannot be read.
    package static func live(_ row: PostRow) -> [Int: Int]? {
        guard let instance = Instance(row) else { return nil }
        return instance.jobs.filter { $0.value.phase != .done }.mapValues(\.attempt)
    }
}
