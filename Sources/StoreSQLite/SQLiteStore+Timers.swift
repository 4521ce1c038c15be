import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func dueTimers(after cursor: TimerRow?, limit: Int) async throws -> [TimerRow] {
        let sql = """
            SELECT \(TimerRow.columns) FROM timers
            WHERE due <= ? AND (due, post_id, name) > (?, ?, ?)
            ORDER BY due, post_id, name LIMIT ?
            """
        let after: [Bound] = [
            cursor?.due.microseconds ?? .min, cursor?.post.rawValue ?? .min, cursor?.name ?? "",
        ]
        return try await read { [time] db in
            try db.rows(sql, [time.microseconds] + after + [limit]) { try TimerRow(&$0) }
        }
    }

    package func nextDue() async throws -> (timer: Timestamp?, job: Timestamp?) {
        try await read { db in
            let timer = try db.row("SELECT min(due) FROM timers") { try $0.optionalTime() }
            let job = try db.row("SELECT min(wake_at) FROM jobs WHERE phase <> 'done'") { try $0.optionalTime() }
            return (timer ?? nil, job ?? nil)
        }
    }
}

extension Database {
    func timers(of post: PostID) throws -> [TimerRow] {
        let sql = "SELECT \(TimerRow.columns) FROM timers WHERE post_id = ? ORDER BY due, name"
        return try rows(sql, [post.rawValue]) { try TimerRow(&$0) }
    }
}

extension Transaction {
    func apply(_ write: TimerWrite, post: PostID) throws {
        switch write {
        case .set(let name, let occurrence, let delay):
            let sql = """
                INSERT INTO timers (post_id, name, occurrence, due) VALUES (?, ?, ?, ?)
                ON CONFLICT (post_id, name) DO UPDATE SET occurrence = excluded.occurrence, due = excluded.due
                """
            try db.run(sql, [post.rawValue, name, occurrence, now.after(delay)])
        case .clear(let name):
            try db.run("DELETE FROM timers WHERE post_id = ? AND name = ?", [post.rawValue, name])
        case .move(let name, let target): try move(name, to: target, of: post)
        }
    }
}

extension Transaction {
    private func move(_ name: String, to target: String, of post: PostID) throws {
        let taken = "DELETE FROM timers WHERE post_id = ? AND name = ? RETURNING \(TimerRow.columns)"
        guard let timer = try db.row(taken, [post.rawValue, name], { try TimerRow(&$0) }) else { return }
        let sql = """
            INSERT INTO timers (post_id, name, occurrence, due) VALUES (?, ?, ?, ?)
            ON CONFLICT (post_id, name) DO UPDATE SET occurrence = excluded.occurrence, due = excluded.due
            """
        try db.run(sql, [post.rawValue, target, timer.occurrence, timer.due.microseconds])
    }
}

extension TimerRow {
    static let columns = "post_id, name, occurrence, due"

    init(_ columns: inout Columns) throws {
        self.init(
            post: try columns.post(), name: try columns.text(), occurrence: try columns.int(), due: try columns.time())
    }
}
