import JSONValue
import Pipeline
import Store

/// What the page of one post shows, as values for its template.
enum PostView {
    static let historyLimit = 500

    static func values(
        _ detail: PostDetail, history: [TransitionRow], results: [ResultRow], actions: [String], holds: [HoldRow]
    ) -> [String: Any] {
        let state = detail.row.state
        var values: [String: Any] = [
            "id": detail.row.id.description, "name": detail.row.id.fullname ?? detail.row.id.description,
            "revision": detail.row.revision, "title": title(detail),
            "community": detail.submission?.community ?? "", "stage": state.stage, "status": state.status,
            "configuration": state.configuration.joined(separator: ", "), "path": path(state, history),
            "waiting": Waiting.all(detail, accepts: actions, holds: holds).map(waiting), "hasActions": !actions.isEmpty,
            "actions": actions.map { action($0, detail.row.id) }, "hasJobs": !detail.jobs.isEmpty,
            "jobs": detail.jobs.map(job), "history": history.prefix(historyLimit).map(transition),
            "hasResults": !results.isEmpty, "results": results.map(result),
        ]
        if history.count > historyLimit { values["moreHistory"] = true }
        if let submission = detail.submission, !submission.title.isEmpty {
            values["submission"] = self.submission(submission)
        }
        return values
    }

    /// Every submission has a title until its texts are purged.
    static func title(_ detail: PostDetail) -> String {
        let title = detail.submission?.title ?? ""
        return title.isEmpty ? "Post \(detail.row.id)" : title
    }

    /// The stages a post may pass, with those it has passed and the one it is in.
    private static func path(_ state: PostState, _ history: [TransitionRow]) -> [[String: Any]] {
        let visited = Set(history.flatMap(\.to).map { $0.split(separator: ".").first.map(String.init) ?? "" })
        return Stage.allCases.map { stage in
            let isNow = stage.rawValue == state.stage
            return [
                "stage": stage.rawValue, "now": isNow,
                "class": isNow ? "now" : visited.contains(stage.rawValue) ? "done" : "",
            ]
        }
    }

    private static func waiting(_ waiting: Waiting) -> [String: Any] {
        var values: [String: Any] = ["text": waiting.text]
        if let since = waiting.since { values["since"] = Moment.values(since) }
        if let until = waiting.until { values["until"] = Moment.values(until) }
        return values
    }

    private static func action(_ event: String, _ post: PostID) -> [String: Any] {
        ["event": event, "post": post.description, "danger": ["reject", "cancel"].contains(event)]
    }

    private static func submission(_ submission: Submission) -> [String: Any] {
        var values: [String: Any] = [
            "author": submission.author ?? "[deleted]", "created": Moment.values(submission.createdAt),
            "body": submission.body,
        ]
        if !submission.url.isEmpty { values["url"] = submission.url }
        return values
    }

    private static func job(_ job: JobRow) -> [String: Any] {
        var values: [String: Any] = [
            "id": job.key.description, "source": job.source, "phase": job.phase.rawValue, "attempt": job.attempt,
            "endpoint": job.endpoint ?? "", "progress": job.progress.isEmpty ? "" : JSON.object(job.progress).text,
        ]
        if !job.isHeld { values["wake"] = Moment.values(job.wakeAt) }
        return values
    }

    private static func transition(_ row: TransitionRow) -> [String: Any] {
        var values: [String: Any] = [
            "revision": row.revision, "at": Moment.values(row.at), "event": row.event,
            "to": row.to.joined(separator: ", "), "actor": row.actor,
            "duration": row.durationMicroseconds, "guards": (row.guards.array ?? []).map(guardResult),
        ]
        if !row.from.isEmpty { values["from"] = row.from.joined(separator: ", ") }
        if !row.data.isEmpty { values["data"] = JSON.object(row.data).text }
        if let problem = row.problem { values["problem"] = problem }
        return values
    }

    private static func guardResult(_ json: JSON) -> [String: Any] {
        ["guard": json["guard"]?.string ?? "", "result": json["result"]?.bool ?? false]
    }

    private static func result(_ row: ResultRow) -> [String: Any] {
        [
            "stage": row.stage, "attempt": row.attempt, "created": Moment.values(row.createdAt),
            "hash": String(row.hash.prefix(12)), "text": Pretty.text(row.result),
        ]
    }
}
