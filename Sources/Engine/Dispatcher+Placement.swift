import Store

/// A job that begins to wait goes to a free endpoint in the same commit, where no other job of its source waits.
extension Dispatcher: Placement {
    func place(for job: JobRow) -> Match? {
        guard options.assignsAtOnce, !isDraining.withLock({ $0 }), admitter?.governs(job.source) != true,
            !backlog.withLock({ $0.holds(job.source) }), !holds.withLock({ $0.covers(job) }),
            attempts.withLock({ $0.count }) < options.attemptLimit
        else { return nil }
        let now = options.time.now
        return owned.withLock { owned in
            let isUrgent = policy.isTimeSensitive(job.source)
            // Another node may have ended its former attempt, whose cost is known only when its slot is freed.
            guard !owned.values.contains(where: { $0.running[job.key] != nil }),
                let endpoint = Matching.endpoint(for: job, isUrgent: isUrgent, among: owned, at: now),
                !owned.values.contains(where: {
                    $0.row.preference > endpoint.row.preference && $0.canDo(job.source) && $0.wantsTokens(at: now)
                })
            else { return nil }
            owned[endpoint.row.name]?.take(job, at: now)
            return Match(job: job, endpoint: endpoint, admission: .now([]))
        }
    }

    func giveUp(_ match: Match) {
        release(match.job.key)
        // Others were told that nothing waits while the slot was taken.
        wake()
    }

    func begin(_ match: Match, as memory: JobMemory) {
        confirm(match.job.key, at: match.endpoint.row.name)
        // An owner that slept may find its attempt begun by the next one.
        start(match.job.assigned(memory), at: match.endpoint, isResend: !isYoung(match.endpoint.lease))
    }
}
