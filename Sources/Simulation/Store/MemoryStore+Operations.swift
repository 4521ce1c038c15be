import JSONValue
import Store

extension MemoryStore {
    package func holds() async throws -> [HoldRow] { try await read("holds") { database, _ in database.holds } }

    package func hold(_ hold: HoldRow) async throws -> HoldRow {
        try await write("hold") { try $0.hold(hold, at: $1) }
    }

    package func release(_ scope: HoldRow.Scope, name: String, actor: String, reason: String) async throws -> Bool {
        try await write("release") { database, _ in
            database.release(scope, name: name, actor: actor, reason: reason)
        }
    }

    package func waitingJobs(_ filter: WaitingJobs, after cursor: JobKey?, limit: Int) async throws -> [JobRow] {
        try await read("waitingJobs") { database, _ in database.waitingJobs(filter, after: cursor, limit: limit) }
    }

    package func postpone(_ jobs: [PostponedJob]) async throws -> Int {
        try await write("postpone") { $0.postpone(jobs, at: $1) }
    }

    package func countPosts(_ filter: PostFilter) async throws -> Int {
        try await read("countPosts") { database, _ in database.all.count { database.matches($0, filter) } }
    }

    package func postIDs(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostID] {
        try await read("postIDs") { database, _ in database.postIDs(filter, after: cursor, limit: limit) }
    }

    package func create(_ operation: OperationRow) async throws -> OperationRow {
        try await write("createOperation") { $0.create(operation, at: $1) }
    }

    package func operation(_ id: Int64) async throws -> OperationRow? {
        try await read("operation") { database, _ in database.operations.first { $0.row.id == id }?.row }
    }

    package func operations(after cursor: Int64?, limit: Int) async throws -> [OperationRow] {
        try await read("operations") { database, _ in
            let rows = database.operations.reversed().lazy.map(\.row).filter { row in cursor.map { row.id < $0 } ?? true
            }
            return Array(rows.prefix(max(0, limit)))
        }
    }

    package func claimOperation(node: String, microseconds: Int64) async throws -> OperationRow? {
        try await write("claimOperation") { $0.claimOperation(node: node, microseconds: microseconds, at: $1) }
    }

    package func advance(_ advance: OperationAdvance) async throws -> OperationRow? {
        try await write("advance") { $0.advance(advance, at: $1) }
    }

    package func abortOperation(_ id: Int64, actor: String, reason: String) async throws -> OperationRow? {
        try await write("abortOperation") { $0.abortOperation(id, actor: actor, reason: reason, at: $1) }
    }
}
