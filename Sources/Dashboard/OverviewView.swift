import Engine
import Pipeline
import Store

/// What the overview shows, as values for its template.
enum OverviewView {
    static func values(
        counts: [QueueCount], endpoints: [EndpointReport], stuck: [StuckPost], posts: [PostSummary], query: PageQuery
    ) -> [String: Any] {
        let page = posts.prefix(PageQuery.pageSize)
        var values: [String: Any] = [
            "stages": stages(counts), "endpoints": endpoints.map(EndpointView.values), "stuck": stuck.map(self.stuck),
            "posts": page.map(post),
        ]
        if !query.summary.isEmpty { values["filtered"] = query.summary }
        if posts.count > PageQuery.pageSize, let last = page.last { values["next"] = query.next(after: last.row.id) }
        return values
    }

    private static func stages(_ counts: [QueueCount]) -> [[String: Any]] {
        Stage.allCases.compactMap { stage in
            let mine = counts.filter { $0.stage == stage.rawValue }.sorted { $0.status < $1.status }
            guard !mine.isEmpty else { return nil }
            return ["stage": stage.rawValue, "counts": mine.map(count)]
        }
    }

    private static func count(_ count: QueueCount) -> [String: Any] {
        [
            "stage": count.stage, "status": count.status, "count": count.count,
            "oldest": count.oldest?.description ?? "",
        ]
    }

    private static func stuck(_ stuck: StuckPost) -> [String: Any] {
        ["post": stuck.post.description, "reason": stuck.reason, "since": Moment.values(stuck.since)]
    }

    private static func post(_ summary: PostSummary) -> [String: Any] {
        let row = summary.row
        return [
            "id": row.id.description, "name": row.id.fullname ?? row.id.description, "community": summary.community,
            "title": summary.title, "stage": row.state.stage, "status": row.state.status,
            "assigned": row.state.assignedTo ?? "", "priority": row.state.priority,
            "changed": Moment.values(summary.changedAt),
        ]
    }
}
