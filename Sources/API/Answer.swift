import HTTPServer
import JSONValue
import Pipeline
import Store

/// The JSON forms of what the API shows.
enum Answer {
    static func json(_ value: JSON, status: Int = 200, headers: [(String, String)] = []) -> ServerResponse {
        ServerResponse(
            status: status, headers: [("Content-Type", "application/json")] + headers, body: value.bytes())
    }

    static func post(_ row: PostRow) -> JSONObject {
        let state = row.state
        return [
            "id": .string(row.id.description), "fullname": JSON(row.id.fullname), "revision": .int(row.revision),
            "queue_stage": .string(state.stage), "queue_status": .string(state.status),
            "configuration": .array(state.configuration.map(JSON.string)), "context": .object(state.context),
            "priority": .int(Int64(state.priority)), "assigned_to": JSON(state.assignedTo),
            "assigned_at": JSON(state.assignedAt?.description), "processed_at": JSON(state.processedAt?.description),
            "retry_count": .int(Int64(state.retryCount)), "waits_for": .string(state.waitsFor.rawValue),
            "chart": .string(state.chart), "metadata": .object(state.metadata),
        ]
    }

    static func summary(_ summary: PostSummary) -> JSON {
        .object(
            post(summary.row).merging([
                "community": .string(summary.community), "title": .string(summary.title),
                "created_at": .string(summary.createdAt.description),
                "changed_at": .string(summary.changedAt.description),
            ]))
    }

    static func detail(_ detail: PostDetail, accepts: [String], holds: [HoldRow]) -> JSON {
        let waiting = Waiting.all(detail, accepts: accepts, holds: holds).map(\.json)
        return .object(
            post(detail.row).merging([
                "submission": detail.submission.map(submission) ?? .null, "accepts": .array(accepts.map(JSON.string)),
                "wakes_next": waiting.first ?? .null, "waiting": .array(waiting), "jobs": .array(detail.jobs.map(job)),
                "timers": .array(detail.timers.map(timer)), "comments": .array(detail.comments.map(comment)),
                "as_of": .string(detail.at.description),
            ]))
    }

    private static func submission(_ submission: Submission) -> JSON {
        [
            "source": .string(submission.source), "community": .string(submission.community),
            "author": JSON(submission.author), "title": .string(submission.title), "body": .string(submission.body),
            "url": .string(submission.url), "permalink": .string(submission.permalink),
            "created_at": .string(submission.createdAt.description), "score": .int(Int64(submission.score)),
            "comment_count": .int(Int64(submission.commentCount)),
            // Every submission has a title until then.
            "texts_purged": .bool(submission.title.isEmpty),
        ]
    }

    private static func job(_ job: JobRow) -> JSON {
        [
            "id": .string(job.key.description), "source": .string(job.source), "stage": .string(job.stage),
            "phase": .string(job.phase.rawValue), "attempt": .int(Int64(job.attempt)), "endpoint": JSON(job.endpoint),
            "queued_at": .string(job.queuedAt.description), "assigned_at": JSON(job.assignedAt?.description),
            "last_heard_at": JSON(job.lastHeardAt?.description), "wake_at": .string(job.wakeAt.description),
            "deadline": JSON(job.deadline?.description), "progress": .object(job.progress),
            "held": .bool(job.isHeld), "priority": .int(Int64(job.priority)),
        ]
    }

    private static func timer(_ timer: TimerRow) -> JSON {
        [
            "name": .string(timer.name), "occurrence": .int(Int64(timer.occurrence)),
            "due": .string(timer.due.description),
        ]
    }

    private static func comment(_ comment: CommentRow) -> JSON {
        [
            "account": .string(comment.account), "state": .string(comment.state.rawValue),
            "attempt": .string(comment.attempt), "comment_id": JSON(comment.commentID),
            "updated_at": .string(comment.updatedAt.description),
        ]
    }
}
