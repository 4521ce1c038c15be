import JSONValue
import Postgres
import Store

extension BatchParts {
    /// What the macrosteps do to jobs: mostly one statement a kind, as many rounds as one write operates on a job out
    /// of the order wait, assign, put back, requeue, end.
    func jobs() throws -> [SQL] {
        try rounds({ JobOperation.all($0.jobs) }, key: \.number, rank: \.rank).flatMap { round in
            try [
                waiting(
                    round.compactMap { part in
                        if case .wait(let wait, let assign) = part.value { part.with((wait, assign)) } else { nil }
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
                    round.compactMap { part in if case .end(let number) = part.value { part.with(number) } else { nil }
                    }
                ),
            ].compactMap(\.self)
        }
    }

    /// Rows of jobs that begin to wait, and of those that are assigned at once.
    private func waiting(_ parts: [Part<(wait: JobWrite.Wait, assign: JobWrite.Assign?)>]) throws -> SQL? {
        guard !parts.isEmpty else { return nil }
        let waits = parts.map(\.value.wait)
        let assigns = parts.map(\.value.assign)
        return """
            INSERT INTO jobs (
                post_id, number, invocation, source, stage, input, priority, community, timeout_us, phase, attempt,
                endpoint, epoch, assigned_at, deadline, queued_at, ready_at, wake_at)
            SELECT x.post_id, x.number, x.invocation, x.source, x.stage, x.input::json, x.priority, x.community,
                x.timeout_us, CASE WHEN x.endpoint IS NULL THEN 'waiting' ELSE 'starting' END, x.attempt, x.endpoint,
                x.epoch, CASE WHEN x.endpoint IS NOT NULL THEN t.at END,
                CASE WHEN x.endpoint IS NOT NULL THEN t.at + x.timeout_us * '1 microsecond'::interval END, t.at, t.at,
                t.at + x.wake * '1 microsecond'::interval
            FROM (SELECT commit_at() AS at OFFSET 0) AS t, unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(bigints: waits.map(\.number)),
                \(texts: waits.map(\.invocation)), \(texts: waits.map(\.source)), \(texts: waits.map(\.stage)),
                \(utf8: try waits.map { try Stored.bytes(.object($0.input)) }), \(bigints: waits.map(\.priority)),
                \(texts: waits.map(\.community)),
                \(bigints: parts.map { Stored.delay($0.value.assign?.timeoutMicroseconds ?? $0.value.wait.timeoutMicroseconds) }),
                \(bigints: parts.map { $0.value.assign?.attempt ?? $0.value.wait.attempt }),
                \(texts: assigns.map { $0?.endpoint }), \(bigints: assigns.map { $0?.epoch }),
                \(bigints: parts.map { Stored.delay($0.value.assign?.wakeMicroseconds ?? $0.value.wait.queueMicroseconds) })
            ) AS x(
                n, post_id, number, invocation, source, stage, input, priority, community, timeout_us, attempt, endpoint,
                epoch, wake)
            WHERE ((SELECT commit_wins()))[x.n]
            ON CONFLICT (post_id, number) DO UPDATE SET
                invocation = excluded.invocation, source = excluded.source, stage = excluded.stage,
                input = excluded.input, priority = excluded.priority, community = excluded.community,
                timeout_us = excluded.timeout_us, phase = excluded.phase, attempt = excluded.attempt,
                endpoint = excluded.endpoint, epoch = excluded.epoch, assigned_at = excluded.assigned_at,
                deadline = excluded.deadline, queued_at = excluded.queued_at, ready_at = excluded.ready_at,
                wake_at = excluded.wake_at, last_heard_at = NULL, remote_id = NULL, progress = '{}', is_held = false
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
                wake_at = t.at + x.wake * '1 microsecond'::interval,
                last_heard_at = NULL, remote_id = NULL, progress = '{}'
            FROM (SELECT commit_at() AS at OFFSET 0) AS t, unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(bigints: assigns.map(\.number)),
                \(bigints: assigns.map(\.attempt)), \(texts: assigns.map(\.endpoint)),
                \(bigints: assigns.map(\.epoch)),
                \(bigints: assigns.map { Stored.delay($0.timeoutMicroseconds) }),
                \(bigints: assigns.map { Stored.delay($0.wakeMicroseconds) })
            ) AS x(n, post_id, number, attempt, endpoint, epoch, timeout_us, wake)
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
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(bigints: parts.map(\.value.number)),
                \(bigints: parts.map { Stored.delay($0.value.delay) }),
                \(bigints: parts.map { Stored.delay($0.value.queue) })
            ) AS x(n, post_id, number, delay, queue)
            -- queued_at stays: a fault of the endpoint does not cost the job its place among the oldest.
            WHERE j.post_id = x.post_id AND j.number = x.number AND ((SELECT commit_wins()))[x.n]
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
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(bigints: requeues.map(\.number)),
                \(bigints: requeues.map(\.priority)), \(booleans: requeues.map(\.isHeld)),
                \(bigints: requeues.map { $0.queueMicroseconds.map(Stored.delay) }),
                \(texts: requeues.map(\.invocation)), \(texts: requeues.map(\.stage))
            ) AS x(n, post_id, number, priority, is_held, queue, invocation, stage)
            WHERE j.post_id = x.post_id AND j.number = x.number AND ((SELECT commit_wins()))[x.n]
            """
    }

    private func ended(_ parts: [Part<Int>]) -> SQL? {
        guard !parts.isEmpty else { return nil }
        return """
            DELETE FROM jobs j USING unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(bigints: parts.map(\.value))
            ) AS x(n, post_id, number)
            WHERE j.post_id = x.post_id AND j.number = x.number AND ((SELECT commit_wins()))[x.n]
            """
    }
}

extension Part {
    fileprivate func with<Other>(_ other: Other) -> Part<Other> { Part<Other>(place: place, post: post, value: other) }
}

/// A write of a job as the statements see it: one that waits and is assigned by the same write is one row at once.
private enum JobOperation {
    case wait(JobWrite.Wait, JobWrite.Assign?)
    case assign(JobWrite.Assign)
    case putBack(number: Int, ready: Int64, queue: Int64)
    case requeue(JobWrite.Requeue)
    case end(number: Int)

    static func all(_ writes: [JobWrite]) -> [JobOperation] {
        var operations: [JobOperation] = []
        for write in writes {
            switch write {
            case .wait(let wait): operations.append(.wait(wait, nil))
            case .assign(let assign):
                let latest = operations.lastIndex { $0.number == assign.number }
                if let latest, case .wait(let wait, nil) = operations[latest] {
                    operations[latest] = .wait(wait, assign)
                } else {
                    operations.append(.assign(assign))
                }
            case .putBack(let number, let ready, let queue):
                operations.append(.putBack(number: number, ready: ready, queue: queue))
            case .requeue(let requeue): operations.append(.requeue(requeue))
            case .end(let number): operations.append(.end(number: number))
            }
        }
        return operations
    }

    var number: Int {
        switch self {
        case .wait(let wait, _): wait.number
        case .assign(let assign): assign.number
        case .requeue(let requeue): requeue.number
        case .putBack(let number, _, _), .end(let number): number
        }
    }

    /// The order of the statements of a round.
    var rank: Int {
        switch self {
        case .wait: 0
        case .assign: 1
        case .putBack: 2
        case .requeue: 3
        case .end: 4
        }
    }
}

extension JobWrite.Assign {
    /// When silence or the total clock ends the attempt, whichever comes first.
    fileprivate var wakeMicroseconds: Int64 { min(timeoutMicroseconds, silenceMicroseconds) }
}
