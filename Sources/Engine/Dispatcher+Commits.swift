import Store
import Threads

/// What commits mean for slots, budgets and what waits.
extension Dispatcher {
    /// Hears what was committed: frees the slots of ended jobs, and looks again when jobs wait.
    func committed(_ writes: [PostWrite]) {
        var isWorkThere = false
        var isSlotFree = false
        var isForOthers = false
        for write in writes {
            count(write.costs)
            for job in write.jobs {
                switch job {
                case .wait(let wait):
                    guard !write.assigns(wait.number) else { break }
                    backlog.withLock { $0.mark(wait.source) }
                    isWorkThere = true
                    isForOthers = isForOthers || !owned.withLock { $0.values.contains { $0.canDo(wait.source) } }
                case .assign: break
                case .requeue(let requeue): isWorkThere = isWorkThere || !requeue.isHeld
                case .putBack(let number, let delay, _):
                    if !write.assigns(number) { ended(JobKey(post: write.post, number: number)) }
                    // A poll after its moment has seen it, or another one has marked it.
                    let moment = options.time.now + .microseconds(delay) + options.pollInterval * 2
                    backlog.withLock { $0.expect(until: moment) }
                    isWorkThere = true
                case .end(let number):
                    let key = JobKey(post: write.post, number: number)
                    if !write.results.isEmpty { measure(key) }
                    if !write.assigns(number) { ended(key) }
                    isSlotFree = true
                }
            }
        }
        if isSlotFree, !isWorkThere { isWorkThere = !backlog.withLock { $0.isEmpty(at: options.time.now) } }
        if isWorkThere { wake() }
        // Who owns an endpoint for it would find it with the next poll only.
        if isForOthers { Task { [store] in await store.notify([.jobs]) } }
    }

    private func measure(_ key: JobKey) {
        let now = options.time.now
        owned.withLock { owned in
            for name in Array(owned.keys) { owned[name]?.measure(key, at: now) }
        }
    }

    private func ended(_ key: JobKey) {
        release(key)
        attempts.withLock { $0.removeValue(forKey: key) }?.task?.cancel()
    }
}

extension PostWrite {
    /// Whether the job is assigned again by the same write.
    fileprivate func assigns(_ number: Int) -> Bool {
        if case .assign = jobs.last(where: { $0.number == number }) { true } else { false }
    }
}
