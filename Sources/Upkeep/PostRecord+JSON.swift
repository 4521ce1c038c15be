import JSONValue
import Store

extension PostRecord {
    /// A line of the archive. Its `transitions` have the form of the history API, so that a chart replays them.
    package func archived(at now: Timestamp) -> JSON {
        let state = row.state
        return [
            "post": .string(row.id.description), "fullname": JSON(row.id.fullname),
            "archived_at": .string(now.description), "changed_at": .string(changedAt.description),
            "chart": .string(state.chart), "revision": .int(row.revision),
            "queue_stage": .string(state.stage), "queue_status": .string(state.status),
            "configuration": .array(state.configuration.map(JSON.string)), "context": .object(state.context),
            "priority": .int(Int64(state.priority)), "metadata": .object(state.metadata),
            "submission": submission?.json ?? .null, "transitions": .array(transitions.map(\.json)),
            "results": .array(results.map(\.json)), "comments": .array(comments.map(Self.json)),
            "costs": .array(costs.map(Self.json)),
        ]
    }

    private static func json(_ comment: CommentRow) -> JSON {
        [
            "account": .string(comment.account), "state": .string(comment.state.rawValue),
            "attempt": .string(comment.attempt), "body_hash": .string(comment.bodyHash),
            "comment_id": JSON(comment.commentID), "detail": .object(comment.detail),
            "updated_at": .string(comment.updatedAt.description),
        ]
    }

    private static func json(_ cost: CostRow) -> JSON {
        [
            "stage": .string(cost.stage), "attempt": .string(cost.attempt), "endpoint": .string(cost.endpoint),
            "model": .string(cost.model), "input_tokens": .int(Int64(cost.inputTokens)),
            "output_tokens": .int(Int64(cost.outputTokens)), "microdollars": .int(cost.microdollars),
        ]
    }
}

extension Submission {
    fileprivate var json: JSON {
        [
            "source": .string(source), "community": .string(community), "author": JSON(author),
            "title": .string(title), "body": .string(body), "url": .string(url), "permalink": .string(permalink),
            "created_at": .string(createdAt.description), "score": .int(Int64(score)),
            "comment_count": .int(Int64(commentCount)), "extra": .object(extra),
        ]
    }
}

extension TransitionRow {
    /// The form of the history API.
    package var json: JSON {
        [
            "revision": .int(revision), "at": .string(at.description), "event": .string(event),
            "data": .object(data), "origin": .string(origin), "actor": .string(actor),
            "from": .array(from.map(JSON.string)), "to": .array(to.map(JSON.string)), "guards": guards,
            "effects": effects, "now": .string(now.description), "chart": .string(chart),
            "settings": .string(settingsDigest), "duration_us": .int(durationMicroseconds),
            "problem": JSON(problem), "batch": .string(batch),
        ]
    }
}

extension ResultRow {
    package var json: JSON {
        [
            "stage": .string(stage), "attempt": .string(attempt), "hash": .string(hash),
            "created_at": .string(createdAt.description), "result": result,
        ]
    }
}
