import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func dueTimers(after cursor: TimerRow?, limit: Int) async throws -> [TimerRow] {
        let sql: SQL = """
            SELECT \(raw: TimerRow.columns) FROM timers t
            WHERE t.due <= statement_timestamp()
                AND (t.due, t.post_id, t.name) > (
                    time_of(\(cursor?.due.microseconds ?? Stored.beginning)), \(cursor?.post.rawValue ?? 0),
                    \(cursor?.name ?? ""))
            ORDER BY t.due, t.post_id, t.name LIMIT \(max(0, limit))
            """
        return try await read(sql) { try TimerRow($0) }
    }

    package func nextDue() async throws -> (timer: Timestamp?, job: Timestamp?) {
        let sql: SQL = """
            SELECT micros_of((SELECT min(due) FROM timers)) AS timer,
                micros_of((SELECT min(wake_at) FROM jobs WHERE phase <> 'done')) AS job
            """
        return try await read(sql) { (try $0.optionalTime("timer"), try $0.optionalTime("job")) }.only
    }

    static func timersQuery(of post: PostID) -> SQL {
        "SELECT \(raw: TimerRow.columns) FROM timers t WHERE t.post_id = \(post.rawValue) ORDER BY t.due, t.name"
    }
}

extension BatchParts {
    /// What is left when each timer's last operation counts: a later one undoes those before it.
    private var lastTimerWrites: [Part<TimerWrite>] {
        all { write in
            if write.timers.isEmpty { return [] }
            if write.movesTimers { return write.settledTimers }
            var seen: Set<String> = []
            return write.timers.reversed().filter { seen.insert($0.name).inserted }
        }
    }

    /// New names for timers of posts that migrate. The sort takes all old rows away before the first new one comes, so
    /// two timers may change places.
    var movedTimers: SQL? {
        let moved = all { $0.movesTimers ? TimerFates($0.timers).moved : [] }
        guard !moved.isEmpty else { return nil }
        return """
            WITH gone AS (
                DELETE FROM timers t
                USING unnest(
                    \(ints: moved.map(\.place)), \(bigints: moved.map(\.post)), \(texts: moved.map(\.value.name)),
                    \(texts: moved.map(\.value.to))
                ) AS x(n, post_id, name, target)
                WHERE t.post_id = x.post_id AND t.name = x.name AND ((SELECT commit_wins()))[x.n]
                RETURNING t.post_id, x.target, t.occurrence, t.due
            )
            INSERT INTO timers (post_id, name, occurrence, due)
            SELECT post_id, target, occurrence, due FROM gone ORDER BY post_id, target
            """
    }

    var clearedTimers: SQL? {
        let parts = lastTimerWrites.filter { if case .clear = $0.value { true } else { false } }
        guard !parts.isEmpty else { return nil }
        return """
            DELETE FROM timers t
            USING unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(texts: parts.map(\.value.name))
            ) AS x(n, post_id, name)
            WHERE t.post_id = x.post_id AND t.name = x.name AND ((SELECT commit_wins()))[x.n]
            """
    }

    var setTimers: SQL? {
        let parts = lastTimerWrites.compactMap { part -> Part<(name: String, occurrence: Int, delay: Int64)>? in
            guard case .set(let name, let occurrence, let delay) = part.value else { return nil }
            return Part(place: part.place, post: part.post, value: (name, occurrence, Stored.delay(delay)))
        }
        guard !parts.isEmpty else { return nil }
        return """
            INSERT INTO timers (post_id, name, occurrence, due)
            SELECT x.post_id, x.name, x.occurrence, (SELECT commit_at()) + x.delay * '1 microsecond'::interval
            FROM unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(texts: parts.map(\.value.name)),
                \(bigints: parts.map(\.value.occurrence)), \(bigints: parts.map(\.value.delay))
            ) AS x(n, post_id, name, occurrence, delay)
            WHERE ((SELECT commit_wins()))[x.n]
            ON CONFLICT (post_id, name) DO UPDATE SET occurrence = excluded.occurrence, due = excluded.due
            """
    }
}

extension PostWrite {
    fileprivate var movesTimers: Bool {
        timers.contains { if case .move = $0 { true } else { false } }
    }

    /// What is set and cleared in the end, apart from what only changes its name.
    fileprivate var settledTimers: [TimerWrite] {
        let fates = TimerFates(timers)
        return fates.gone.map { .clear(name: $0) }
            + fates.set.map { .set(name: $0.name, occurrence: $0.occurrence, delayMicroseconds: $0.delay) }
    }
}

extension TimerRow {
    static let columns = "t.post_id, t.name, t.occurrence, micros_of(t.due) AS due"

    init(_ row: Row) throws {
        self.init(
            post: try row.post("post_id"), name: try row.string("name"), occurrence: try row.int("occurrence"),
            due: try row.time("due"))
    }
}
