import JSONValue
import Postgres
import Store

extension BatchParts {
    /// What the macrosteps do to jobs: mostly one statement a kind, as many rounds as one write operates on a job out
    /// of the order wait, assign, put back, requeue, end.
    func jobs() throws -> [SQL] {
        try rounds(\.jobs, key: \.number, rank: \.rank).flatMap { round in
            try [
                waiting(
                    round.compactMap { part in
                        if case .wait(let wait) = part.value { part.with(wait) } else { nil }
                    }),
                assigned(
                    round.compactMap { part in
                        if case .assign(let assign) = part.value { part.with(assign) } else { nil }
                    }),
                returned(
                    round.compactMap { part in
                        if case .putBack(let number, let delay, let queue) = part.value {
                            part.with((number, delay, queue))
                        } else {
                            nil
                        }
                    }),
                requeued(
                    round.compactMap { part in
                        if case .requeue(let requeue) = part.value { part.with(requeue) } else { nil }
                    }),
                ended(
                    round.compactMap { part in
                        if case .end(let number, let id, let hash) = part.value {
                            part.with((number, id, hash))
                        } else {
                            nil
                        }
                    }),
            ].compactMap(\.self)
        }
    }

    private func waiting(_ parts: [Part<JobWrite.Wait>]) throws -> SQL? {
        guard !parts.isEmpty else { return nil }
        let waits = parts.map(\.value)
        return """
            INSERT INTO jobs (
                post_id, number, invocation, source, stage, input, priority, community, timeout_us, phase, attempt,
                queued_at, ready_at, wake_at)
            SELECT x.post_id, x.number, x.invocation, x.source, x.stage, x.input::json, x.priority, x.community,
                x.timeout_us, 'waiting', 0, t.at, t.at, t.at + x.queue * '1 microsecond'::interval
            FROM (SELECT commit_at() AS at OFFSET 0) AS t, unnest(
                \(parts.map(\.place))::int[], \(parts.map(\.post))::bigint[], \(waits.map(\.number))::bigint[],
                \(waits.map(\.invocation))::text[], \(waits.map(\.source))::text[], \(waits.map(\.stage))::text[],
                \(try waits.map { try Stored.object($0.input) })::text[], \(waits.map(\.priority))::bigint[],
                \(waits.map(\.community))::text[], \(waits.map { Stored.delay($0.timeoutMicroseconds) })::bigint[],
                \(waits.map { Stored.delay($0.queueMicroseconds) })::bigint[]
            ) AS x(n, post_id, number, invocation, source, stage, input, priority, community, timeout_us, queue)
            WHERE ((SELECT commit_wins()))[x.n]
            ON CONFLICT (post_id, number) DO UPDATE SET
                invocation = excluded.invocation, source = excluded.source, stage = excluded.stage,
                input = excluded.input, priority = excluded.priority, community = excluded.community,
                timeout_us = excluded.timeout_us, phase = 'waiting', queued_at = excluded.queued_at,
                ready_at = excluded.ready_at, wake_at = excluded.wake_at,
                -- The attempt goes on counting, and the delivery that ended the last one stays known until the next.
                endpoint = NULL, epoch = NULL, assigned_at = NULL, deadline = NULL, last_heard_at = NULL,
                remote_id = NULL, progress = '{}', is_held = false
            """
    }

    private func assigned(_ parts: [Part<JobWrite.Assign>]) -> SQL? {
        guard !parts.isEmpty else { return nil }
        let assigns = parts.map(\.value)
        return """
            UPDATE jobs j SET
                phase = 'starting', attempt = x.attempt, endpoint = x.endpoint, epoch = x.epoch,
                timeout_us = x.timeout_us, assigned_at = t.at,
                deadline = t.at + x.timeout_us * '1 microsecond'::interval,
                wake_at = t.at + least(x.timeout_us, x.silence) * '1 microsecond'::interval,
                last_heard_at = NULL, remote_id = NULL, progress = '{}', delivery_id = NULL, delivery_hash = NULL
            FROM (SELECT commit_at() AS at OFFSET 0) AS t, unnest(
                \(parts.map(\.place))::int[], \(parts.map(\.post))::bigint[], \(assigns.map(\.number))::bigint[],
                \(assigns.map(\.attempt))::bigint[], \(assigns.map(\.endpoint))::text[],
                \(assigns.map(\.epoch))::bigint[],
                \(assigns.map { Stored.delay($0.timeoutMicroseconds) })::bigint[],
                \(assigns.map { Stored.delay($0.silenceMicroseconds) })::bigint[]
            ) AS x(n, post_id, number, attempt, endpoint, epoch, timeout_us, silence)
            WHERE j.post_id = x.post_id AND j.number = x.number AND ((SELECT commit_wins()))[x.n]
            """
    }

    private func returned(_ parts: [Part<(number: Int, delay: Int64, queue: Int64)>]) -> SQL? {
        guard !parts.isEmpty else { return nil }
        return """
            UPDATE jobs j SET
                phase = 'waiting', ready_at = t.at + x.delay * '1 microsecond'::interval,
                wake_at = t.at + x.queue * '1 microsecond'::interval, endpoint = NULL, epoch = NULL,
                assigned_at = NULL, deadline = NULL, last_heard_at = NULL, remote_id = NULL, progress = '{}'
            FROM (SELECT commit_at() AS at OFFSET 0) AS t, unnest(
                \(parts.map(\.place))::int[], \(parts.map(\.post))::bigint[], \(parts.map(\.value.number))::bigint[],
                \(parts.map { Stored.delay($0.value.delay) })::bigint[],
                \(parts.map { Stored.delay($0.value.queue) })::bigint[]
            ) AS x(n, post_id, number, delay, queue)
            -- queued_at stays: a fault of the endpoint does not cost the job its place among the oldest.
            WHERE j.post_id = x.post_id AND j.number = x.number AND j.phase <> 'done'
                AND ((SELECT commit_wins()))[x.n]
            """
    }

    private func requeued(_ parts: [Part<JobWrite.Requeue>]) -> SQL? {
        guard !parts.isEmpty else { return nil }
        let requeues = parts.map(\.value)
        return """
            UPDATE jobs j SET
                priority = x.priority, is_held = x.is_held AND j.phase = 'waiting',
                invocation = coalesce(x.invocation, j.invocation), stage = coalesce(x.stage, j.stage),
                wake_at = CASE
                    WHEN j.phase = 'waiting' AND x.queue IS NOT NULL THEN t.at + x.queue * '1 microsecond'::interval
                    ELSE j.wake_at END
            FROM (SELECT commit_at() AS at OFFSET 0) AS t, unnest(
                \(parts.map(\.place))::int[], \(parts.map(\.post))::bigint[], \(requeues.map(\.number))::bigint[],
                \(requeues.map(\.priority))::bigint[], \(requeues.map(\.isHeld))::boolean[],
                \(requeues.map { $0.queueMicroseconds.map(Stored.delay) })::bigint[],
                \(requeues.map(\.invocation))::text[], \(requeues.map(\.stage))::text[]
            ) AS x(n, post_id, number, priority, is_held, queue, invocation, stage)
            WHERE j.post_id = x.post_id AND j.number = x.number AND j.phase <> 'done'
                AND ((SELECT commit_wins()))[x.n]
            """
    }

    private func ended(_ parts: [Part<(number: Int, id: String?, hash: String?)>]) -> SQL? {
        guard !parts.isEmpty else { return nil }
        return """
            UPDATE jobs j SET phase = 'done', delivery_id = x.delivery_id, delivery_hash = x.delivery_hash
            FROM unnest(
                \(parts.map(\.place))::int[], \(parts.map(\.post))::bigint[], \(parts.map(\.value.number))::bigint[],
                \(parts.map(\.value.id))::text[], \(parts.map(\.value.hash))::text[]
            ) AS x(n, post_id, number, delivery_id, delivery_hash)
            -- The first end counts: a state that is left when its job completed cancels that job once more.
            WHERE j.post_id = x.post_id AND j.number = x.number AND j.phase <> 'done'
                AND ((SELECT commit_wins()))[x.n]
            """
    }
}

extension Part {
    fileprivate func with<Other>(_ other: Other) -> Part<Other> { Part<Other>(place: place, post: post, value: other) }
}

extension JobWrite {
    /// The order of the statements of a round.
    fileprivate var rank: Int {
        switch self {
        case .wait: 0
        case .assign: 1
        case .putBack: 2
        case .requeue: 3
        case .end: 4
        }
    }
}
