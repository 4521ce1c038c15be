import GRDB
import JSONValue
import Store

extension Transaction {
    /// What a macrostep does to a job. The post's revision guards it: nobody else writes these rows meanwhile.
    func apply(_ write: JobWrite, post: PostID) throws {
        switch write {
        case .wait(let wait): try apply(wait, post: post)
        case .assign(let assign): try apply(assign, post: post)
        case .putBack(let number, let delay, let queue): try putBack(post, number, delay: delay, queue: queue)
        case .requeue(let requeue): try apply(requeue, post: post)
        case .end(let number): try db.run("DELETE FROM jobs WHERE post_id = ? AND number = ?", [post.rawValue, number])
        }
    }

    /// Whether the clocks of these jobs are as they were read: progress moves them on.
    func haveRunOut(_ jobs: [ExpiredJob], of post: PostID) throws -> Bool {
        try jobs.allSatisfy { job in
            let sql = "SELECT 1 FROM jobs WHERE post_id = ? AND number = ? AND wake_at = ?"
            let key: [Bound] = [post.rawValue, job.number, job.wakeAt.microseconds]
            return try db.row(sql, key) { try $0.int() } != nil
        }
    }

    private func apply(_ wait: JobWrite.Wait, post: PostID) throws {
        let sql = """
            INSERT INTO jobs (
                post_id, number, invocation, source, stage, input, priority, community, timeout_us, phase, attempt,
                queued_at, ready_at, wake_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?)
            ON CONFLICT (post_id, number) DO UPDATE SET
                invocation = excluded.invocation, source = excluded.source, stage = excluded.stage,
                input = excluded.input, priority = excluded.priority, community = excluded.community,
                timeout_us = excluded.timeout_us, phase = 'waiting', queued_at = excluded.queued_at,
                ready_at = excluded.ready_at, wake_at = excluded.wake_at, attempt = excluded.attempt,
                endpoint = NULL, epoch = NULL, assigned_at = NULL, deadline = NULL, last_heard_at = NULL,
                remote_id = NULL, progress = '{}', is_held = 0
            """
        try db.run(
            sql,
            [
                post.rawValue, wait.number, wait.invocation, wait.source, wait.stage, try Stored.object(wait.input),
                wait.priority, wait.community, wait.timeoutMicroseconds, wait.attempt, now, now,
                now.after(wait.queueMicroseconds),
            ])
    }

    private func apply(_ assign: JobWrite.Assign, post: PostID) throws {
        let sql = """
            UPDATE jobs SET
                phase = 'starting', attempt = ?, endpoint = ?, epoch = ?, timeout_us = ?, assigned_at = ?,
                deadline = ?, wake_at = ?, last_heard_at = NULL, remote_id = NULL, progress = '{}'
            WHERE post_id = ? AND number = ?
            """
        let deadline = now.after(assign.timeoutMicroseconds)
        try db.run(
            sql,
            [
                assign.attempt, assign.endpoint, assign.epoch, assign.timeoutMicroseconds, now, deadline,
                min(deadline, now.after(assign.silenceMicroseconds)), post.rawValue, assign.number,
            ])
    }

    private func putBack(_ post: PostID, _ number: Int, delay: Int64, queue: Int64) throws {
        let sql = """
            UPDATE jobs SET
                phase = 'waiting', ready_at = ?, wake_at = ?, endpoint = NULL, epoch = NULL, assigned_at = NULL,
                deadline = NULL, last_heard_at = NULL, remote_id = NULL, progress = '{}'
            -- queued_at stays: a fault of the endpoint does not cost the job its place among the oldest.
            WHERE post_id = ? AND number = ?
            """
        try db.run(sql, [now.after(delay), now.after(queue), post.rawValue, number])
    }

    private func apply(_ requeue: JobWrite.Requeue, post: PostID) throws {
        let sql = """
            UPDATE jobs SET
                priority = ?, is_held = (phase = 'waiting' AND ?),
                wake_at = CASE phase WHEN 'waiting' THEN coalesce(?, wake_at) ELSE wake_at END,
                invocation = coalesce(?, invocation), stage = coalesce(?, stage)
            WHERE post_id = ? AND number = ?
            """
        try db.run(
            sql,
            [
                requeue.priority, requeue.isHeld, requeue.queueMicroseconds.map { now.after($0) },
                requeue.invocation, requeue.stage, post.rawValue, requeue.number,
            ])
    }
}
