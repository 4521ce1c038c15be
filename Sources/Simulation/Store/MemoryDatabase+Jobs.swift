import JSONValue
import Store

extension MemoryDatabase.Post {
    /// What a macrostep does to a job.
    mutating func apply(_ write: JobWrite, at now: Timestamp) {
        switch write {
        case .wait(let wait): apply(wait, at: now)
        case .assign(let assign): jobs[assign.number]?.assign(assign, at: now)
        case .putBack(let number, let delay, let queue):
            jobs[number]?.clear()
            jobs[number]?.phase = .waiting
            jobs[number]?.readyAt = now.after(delay)
            jobs[number]?.wakeAt = now.after(queue)
        case .requeue(let requeue): jobs[requeue.number]?.requeue(requeue, at: now)
        case .end(let number): jobs[number] = nil
        }
    }

    private mutating func apply(_ wait: JobWrite.Wait, at now: Timestamp) {
        jobs[wait.number] = JobRow(
            key: JobKey(post: row.id, number: wait.number), invocation: wait.invocation, source: wait.source,
            stage: wait.stage, input: wait.input, phase: .waiting, attempt: wait.attempt, priority: wait.priority,
            community: wait.community, queuedAt: now, readyAt: now, wakeAt: now.after(wait.queueMicroseconds),
            timeoutMicroseconds: wait.timeoutMicroseconds)
    }
}

extension JobRow {
    fileprivate mutating func assign(_ assign: JobWrite.Assign, at now: Timestamp) {
        clear()
        phase = .starting
        attempt = assign.attempt
        endpoint = assign.endpoint
        epoch = assign.epoch
        timeoutMicroseconds = assign.timeoutMicroseconds
        assignedAt = now
        deadline = now.after(assign.timeoutMicroseconds)
        wakeAt = min(now.after(assign.timeoutMicroseconds), now.after(assign.silenceMicroseconds))
    }

    fileprivate mutating func requeue(_ requeue: JobWrite.Requeue, at now: Timestamp) {
        priority = requeue.priority
        isHeld = phase == .waiting && requeue.isHeld
        if phase == .waiting, let queue = requeue.queueMicroseconds { wakeAt = now.after(queue) }
        invocation = requeue.invocation ?? invocation
        stage = requeue.stage ?? stage
    }

    /// Forgets the attempt.
    fileprivate mutating func clear() {
        endpoint = nil
        epoch = nil
        assignedAt = nil
        deadline = nil
        lastHeardAt = nil
        remoteID = nil
        progress = [:]
    }

    var isRunning: Bool { phase == .starting || phase == .accepted }
}

extension MemoryDatabase {
    /// All jobs that fit, in no particular order.
    private func jobs(_ fits: (JobRow) -> Bool) -> [JobRow] {
        var found: [JobRow] = []
        for post in order { for job in (posts[post]?.jobs ?? [:]).values where fits(job) { found.append(job) } }
        return found
    }

    func dueJobs(after cursor: JobRow?, limit: Int, at now: Timestamp) -> [JobRow] {
        let due = jobs { job in
            guard job.wakeAt <= now else { return false }
            return cursor.map { ($0.wakeAt, $0.key) < (job.wakeAt, job.key) } ?? true
        }
        return Array(due.sorted { ($0.wakeAt, $0.key) < ($1.wakeAt, $1.key) }.prefix(max(0, limit)))
    }

    func readyJobs(sources: [String], limit: Int, at now: Timestamp) -> [JobRow] {
        let ready = jobs { $0.readyAt <= now && sources.contains($0.source) && mayGo($0) }
        return Array(
            ready.sorted { ($0.claimOrder, $0.key) < ($1.claimOrder, $1.key) }.prefix(max(0, limit)))
    }

    func readyJobs(
        source: String, after community: String?, communities: Int, each: Int, at now: Timestamp
    ) -> [JobRow] {
        let ready = Dictionary(
            grouping: readyJobs(sources: [source], limit: .max, at: now), by: \.community)
        let names = ready.keys.filter { name in community.map { name > $0 } ?? true }.sorted().prefix(communities)
        return names.flatMap { (ready[$0] ?? []).prefix(each) }
    }

    /// No hold covers the waiting job.
    private func mayGo(_ job: JobRow) -> Bool {
        guard job.phase == .waiting, !job.isHeld else { return false }
        return !holds.contains { hold in
            switch hold.scope {
            case .everything: true
            case .stage: hold.name == job.stage
            case .community: hold.name == job.community
            case .endpoint: false
            }
        }
    }

    package func runningJobs(endpoint: String) -> [JobRow] {
        jobs { $0.endpoint == endpoint && $0.isRunning }.sorted { $0.key < $1.key }
    }

    package func job(_ key: JobKey) -> JobRow? { posts[key.post]?.jobs[key.number] }

    mutating func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) -> Bool {
        guard let job = job(key), job.phase == .starting, job.attempt == attempt, job.epoch == epoch else {
            return false
        }
        posts[key.post]?.jobs[key.number]?.phase = .accepted
        posts[key.post]?.jobs[key.number]?.remoteID = remoteID
        return true
    }

    mutating func recordProgress(
        _ key: JobKey, attempt: Int, silence: Int64, progress: JSONObject, at now: Timestamp
    ) -> Bool {
        guard let job = job(key), job.isRunning, job.attempt == attempt, let deadline = job.deadline else {
            return false
        }
        posts[key.post]?.jobs[key.number]?.lastHeardAt = now
        posts[key.post]?.jobs[key.number]?.wakeAt = min(now.after(silence), deadline)
        posts[key.post]?.jobs[key.number]?.progress = progress
        return true
    }

    func dueTimers(after cursor: TimerRow?, limit: Int, at now: Timestamp) -> [TimerRow] {
        var due: [TimerRow] = []
        for post in order {
            for timer in posts[post]?.timers ?? [] where timer.due <= now {
                if cursor.map({ $0.place < timer.place }) ?? true { due.append(timer) }
            }
        }
        return Array(due.sorted { $0.place < $1.place }.prefix(max(0, limit)))
    }

    func nextDue() -> (timer: Timestamp?, job: Timestamp?) {
        var timer: Timestamp?
        var job: Timestamp?
        for post in posts.values {
            for row in post.timers { timer = min(timer ?? row.due, row.due) }
            for row in post.jobs.values { job = min(job ?? row.wakeAt, row.wakeAt) }
        }
        return (timer, job)
    }
}

extension TimerRow {
    fileprivate var place: (Timestamp, PostID, String) { (due, post, name) }
}
