import Foundation
import GRDB
import JSONValue
import Store
import StoreSQLite
import Testing

/// What holds for the SQLite file alone.
@Suite(.timeLimit(.minutes(2)))
struct SQLiteStoreTests {
    private func withFile(_ body: (TemporaryFile) async throws -> Void) async throws {
        let file = try TemporaryFile()
        defer { file.remove() }
        try await body(file)
    }

    private func openError(_ path: String, readOnly: Bool = false) -> StoreError? {
        do {
            _ = try SQLiteStore(path: path, readOnly: readOnly)
            return nil
        } catch {
            return error as? StoreError
        }
    }

    @Test func `a second server on the same file is refused`() async throws {
        try await withFile { file in
            let first = try SQLiteStore(path: file.path)
            _ = try await first.migrate()
            let refusal = openError(file.path)
            #expect(refusal?.code == .incompatible)
            #expect(refusal?.subject == file.path)
            await first.close()
            let second = try SQLiteStore(path: file.path)
            #expect(try await second.migrate().isEmpty)
            await second.close()
        }
    }

    @Test func `a reading tool works beside the server and writes nothing`() async throws {
        try await withFile { file in
            let server = try SQLiteStore(path: file.path)
            #expect(try await server.migrate().first == "001_start.sql")
            _ = try await server.commit(Batch(id: "b", writes: [.creation(7)]))
            let tool = try SQLiteStore(path: file.path, readOnly: true)
            #expect(try await tool.migrate().isEmpty)
            #expect(try await tool.posts([PostID(7)]).count == 1)
            let refusal = await failure { try await tool.commit(Batch(id: "c", writes: [.creation(8)])) }
            #expect(refusal?.code == .unavailable)
            #expect(await failure { try await tool.heartbeat(node: "n") } != nil)
            _ = try await server.commit(Batch(id: "d", writes: [.creation(9)]))
            #expect(try await tool.existing([PostID(8), PostID(9)]) == [PostID(9)])
            await tool.close()
            await server.close()
        }
    }

    @Test func `a reading tool works without a server`() async throws {
        try await withFile { file in
            let server = try SQLiteStore(path: file.path)
            _ = try await server.migrate()
            _ = try await server.commit(Batch(id: "b", writes: [.creation(7)]))
            await server.close()
            let tool = try SQLiteStore(path: file.path, readOnly: true)
            #expect(try await tool.posts([PostID(7)]).count == 1)
            await tool.close()
        }
    }

    @Test func `what was committed is there after opening again`() async throws {
        try await withFile { file in
            let clock = ManualClock()
            let first = try SQLiteStore(path: file.path, clock: .manual(clock))
            _ = try await first.migrate()
            var write = PostWrite.creation(7)
            write.fill()
            _ = try await first.commit(Batch(id: "b", writes: [write]))
            let detail = try await first.post(PostID(7))
            await first.close()
            let second = try SQLiteStore(path: file.path, clock: .manual(clock))
            #expect(try await second.post(PostID(7)) == detail)
            await second.close()
        }
    }

    @Test func `a wall clock that was set back does not travel in time`() async throws {
        try await withFile { file in
            let noon = Timestamp(microseconds: 1_800_000_000_000_000)
            let first = try SQLiteStore(path: file.path, clock: .manual(ManualClock(noon)))
            _ = try await first.migrate()
            var write = PostWrite.creation(7)
            write.timers = [.set(name: "a", occurrence: 1, delayMicroseconds: 60 * .second)]
            _ = try await first.commit(Batch(id: "b", writes: [write]))
            await first.close()
            let morning = ManualClock(noon - .seconds(4 * 3600))
            let second = try SQLiteStore(path: file.path, clock: .manual(morning))
            #expect(try await second.now() == noon)
            morning.advance(by: .seconds(59))
            #expect(try await second.dueTimers(after: nil, limit: 9).isEmpty)
            morning.advance(by: .seconds(1))
            #expect(try await second.dueTimers(after: nil, limit: 9).count == 1)
            await second.close()
        }
    }

    @Test func `the monotonic clock begins at the wall clock`() async throws {
        try await withFile { file in
            let store = try SQLiteStore(path: file.path)
            let wall = Timestamp(seconds: Date().timeIntervalSince1970)
            let now = try await store.now()
            #expect(now > wall - .seconds(60) && now < wall + .seconds(60))
            #expect(try await store.now() >= now)
            await store.close()
        }
    }

    @Test func `a file of a newer version is refused`() async throws {
        try await withFile { file in
            let store = try SQLiteStore(path: file.path)
            _ = try await store.migrate()
            try await edit(file, "INSERT INTO migrations VALUES ('999_future.sql', 'x', 1)")
            let refusal = await failure { try await store.migrate() }
            #expect(refusal?.code == .incompatible)
            #expect(refusal?.subject == "999_future.sql")
            await store.close()
        }
    }

    @Test func `a migration that was edited is refused`() async throws {
        try await withFile { file in
            let store = try SQLiteStore(path: file.path)
            _ = try await store.migrate()
            try await edit(file, "UPDATE migrations SET digest = 'x'")
            let refusal = await failure { try await store.migrate() }
            #expect(refusal?.code == .incompatible)
            #expect(refusal?.subject == "001_start.sql")
            await store.close()
        }
    }

    @Test func `a file without the schema is refused`() async throws {
        try await withFile { file in
            let store = try SQLiteStore(path: file.path)
            #expect(await failure { try await store.posts([PostID(1)]) }?.code == .incompatible)
            #expect(
                await failure { try await store.commit(Batch(id: "b", writes: [.creation(1)])) }?.code == .incompatible)
            await store.close()
        }
    }

    @Test func `a file that is no database is refused`() async throws {
        try await withFile { file in
            try Data("this is a text, and long enough to be looked at as a header".utf8).write(
                to: URL(filePath: file.path))
            #expect(openError(file.path)?.code == .incompatible)
            #expect(openError(file.path)?.code == .incompatible, "the lock was not released")
            #expect(openError(file.path + "/no/such/folder")?.code == .unavailable)
        }
    }

    @Test func `a row that cannot be read is an error with its place`() async throws {
        try await withFile { file in
            let store = try SQLiteStore(path: file.path)
            _ = try await store.migrate()
            _ = try await store.commit(Batch(id: "b", writes: [.creation(7)]))
            try await edit(file, "UPDATE posts SET context = '{'")
            let corrupt = await failure { try await store.posts([PostID(7)]) }
            #expect(corrupt?.code == .corruptRow)
            #expect(corrupt?.subject == "7")
            #expect(corrupt?.message.contains("context") == true)
            await store.close()
        }
    }

    @Test func `a commit goes on when its caller is cancelled`() async throws {
        try await withFile { file in
            let store = try SQLiteStore(path: file.path)
            _ = try await store.migrate()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.commit(Batch(id: "b", writes: [.creation(7)]))
            }
            #expect(try await task.value.winners == [PostID(7)])
            #expect(try await store.existing([PostID(7)]) == [PostID(7)])
            await store.close()
        }
    }

    @Test func `every reader of due work is served by an index`() async throws {
        try await withFile { file in
            let store = try SQLiteStore(path: file.path)
            _ = try await store.migrate()
            await store.close()
            for (sql, index) in [
                (
                    "SELECT * FROM timers WHERE due <= 1 AND (due, post_id, name) > (1, 2, '') ORDER BY due, post_id, name",
                    "timers_due"
                ),
                (
                    "SELECT * FROM jobs WHERE phase <> 'done' AND wake_at <= 1 ORDER BY wake_at, post_id, number",
                    "jobs_wake"
                ),
                (
                    "SELECT * FROM jobs WHERE phase = 'waiting' AND is_held = 0 AND source = 'x' AND ready_at <= 1 AND stage NOT IN (SELECT name FROM holds WHERE scope = 'stage') ORDER BY queued_at - priority * 6000000, post_id, number",
                    "jobs_ready"
                ),
                (
                    "SELECT * FROM jobs WHERE phase = 'waiting' AND is_held = 0 AND source = 'x' AND community = 'y' ORDER BY queued_at - priority * 6000000, post_id, number",
                    "jobs_communities"
                ),
                (
                    "SELECT min(community) FROM jobs WHERE phase = 'waiting' AND is_held = 0 AND source = 'x' AND community > 'y'",
                    "INDEX jobs_communities"
                ),
                (
                    "SELECT post_id, number FROM jobs WHERE endpoint = 'x' AND phase IN ('starting', 'accepted') AND (post_id, number) > (1, 2) ORDER BY post_id, number",
                    "INDEX jobs_running"
                ),
            ] {
                let plan = try await DatabaseQueue(path: file.path).read { db in
                    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }.joined(
                        separator: "; ")
                }
                #expect(plan.contains(index), "\(plan)")
                #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
            }
        }
    }

    private func edit(_ file: TemporaryFile, _ sql: String) async throws {
        try await DatabaseQueue(path: file.path).write { db in try db.execute(sql: sql) }
    }
}
