import JSONValue
import Store

extension MemoryDatabase {
    func matches(_ post: Post, _ filter: PostFilter) -> Bool {
        let state = post.row.state
        if let stage = filter.stage, state.stage != stage { return false }
        if let status = filter.status, state.status != status { return false }
        if let community = filter.community, post.submission?.community != community { return false }
        if let waitsFor = filter.waitsFor, state.waitsFor != waitsFor { return false }
        if let chart = filter.chart, state.chart != chart { return false }
        if let isHeld = filter.isHeld, (state.metadata["held"] != nil) != isHeld { return false }
        if let text = filter.text?.lowercased() {
            guard let title = post.submission?.title.lowercased(), title.contains(text) else { return false }
        }
        return filter.ids.isEmpty || filter.ids.contains(post.row.id)
    }

    func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) -> [PostSummary] {
        let found = all.reversed().filter { post in
            (cursor.map { post.row.id < $0 } ?? true) && matches(post, filter)
        }
        return found.prefix(max(0, limit)).map { post in
            PostSummary(
                row: post.row, community: post.submission?.community ?? "", title: post.submission?.title ?? "",
                createdAt: post.submission?.createdAt ?? Timestamp(microseconds: 0), changedAt: post.changedAt)
        }
    }

    func detail(_ id: PostID, at now: Timestamp) -> PostDetail? {
        guard let post = posts[id] else { return nil }
        return PostDetail(
            row: post.row, submission: post.submission, jobs: post.jobs.values.sorted { $0.key < $1.key },
            timers: post.timers.sorted { ($0.due, $0.name) < ($1.due, $1.name) }, comments: post.comments,
            pendingEvents: inbox.count { $0.event.post == id }, changedAt: post.changedAt, at: now)
    }

    func queueCounts() -> [QueueCount] {
        let groups = Dictionary(grouping: all) { [$0.row.state.stage, $0.row.state.status] }
        let counts = groups.map { key, posts in
            QueueCount(stage: key[0], status: key[1], count: posts.count, oldest: posts.map(\.changedAt).min())
        }
        return counts.sorted { ($0.stage, $0.status) < ($1.stage, $1.status) }
    }

    /// Whether anything will wake a post that waits for work.
    package func isWoken(_ post: Post) -> Bool {
        !post.timers.isEmpty || !post.jobs.isEmpty
            || inbox.contains { $0.event.post == post.row.id }
    }

    /// Who waits for something that will not come, or that should have come a minute ago.
    package func stuckPosts(limit: Int, at now: Timestamp) -> [StuckPost] {
        var stuck: [StuckPost] = []
        let late = now - .seconds(60)
        for post in all {
            let id = post.row.id
            if post.row.state.waitsFor == .work, !isWoken(post) {
                stuck.append(StuckPost(post: id, reason: "nothing_wakes_it", since: post.changedAt))
            }
            for timer in post.timers where timer.due <= late {
                stuck.append(StuckPost(post: id, reason: "overdue_timer", since: timer.due))
            }
            for job in post.jobs.values where job.wakeAt <= late {
                let reason = job.phase == .waiting ? "unserved_job" : "overdue_job"
                stuck.append(StuckPost(post: id, reason: reason, since: job.wakeAt))
            }
        }
        for waiting in inbox where waiting.createdAt <= late {
            stuck.append(StuckPost(post: waiting.event.post, reason: "overdue_event", since: waiting.createdAt))
        }
        let sorted = stuck.sorted { ($0.since, $0.post, $0.reason) < ($1.since, $1.post, $1.reason) }
        return Array(sorted.prefix(max(0, limit)))
    }

    mutating func emit(
        toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool,
        at now: Timestamp
    ) throws -> Int {
        let ids = all.reversed().filter { matches($0, filter) }.prefix(max(0, limit)).map(\.row.id)
        guard !dryRun else { return ids.count }
        return try emit(
            ids.map { InboxEvent(post: $0, event: event, data: data, actor: actor) }, at: now)
    }
}
