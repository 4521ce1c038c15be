import JSONValue
import Store

extension MemoryStore {
    package func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostSummary] {
        try await read("listPosts") { database, _ in database.listPosts(filter, after: cursor, limit: limit) }
    }

    package func posts(chart: String, after cursor: PostID?, limit: Int) async throws -> [PostRow] {
        try await read("postsOfChart") { database, _ in
            let rows = database.all.lazy.map(\.row).filter { row in
                row.state.chart == chart && (cursor.map { $0 < row.id } ?? true)
            }
            return Array(rows.prefix(max(0, limit)))
        }
    }

    package func post(_ id: PostID) async throws -> PostDetail? { try await read("post") { $0.detail(id, at: $1) } }

    package func submission(_ id: PostID) async throws -> Submission? {
        try await read("submission") { database, _ in database.posts[id]?.submission }
    }

    package func submissions(_ ids: [PostID]) async throws -> [Submission] {
        try await read("submissions") { database, _ in ids.compactMap { database.posts[$0]?.submission } }
    }

    package func existing(_ ids: [PostID]) async throws -> Set<PostID> {
        try await read("existing") { database, _ in Set(ids.filter { database.posts[$0] != nil }) }
    }

    package func history(_ id: PostID, after revision: Int64, limit: Int) async throws -> [TransitionRow] {
        try await read("history") { database, _ in
            let rows = (database.posts[id]?.history ?? []).lazy.filter { $0.revision > revision }
            return Array(rows.prefix(limit))
        }
    }

    package func results(_ id: PostID) async throws -> [ResultRow] {
        try await read("results") { database, _ in database.posts[id]?.results ?? [] }
    }

    package func queueCounts() async throws -> [QueueCount] {
        try await read("queueCounts") { database, _ in database.queueCounts() }
    }

    package func stuckPosts(limit: Int) async throws -> [StuckPost] {
        try await read("stuckPosts") { $0.stuckPosts(limit: limit, at: $1) }
    }

    package func endpoints() async throws -> [EndpointLoad] {
        try await read("endpoints") { database, _ in database.loads }
    }

    package func endpointRows() async throws -> [EndpointRow] {
        try await read("endpointRows") { database, _ in database.loads.map(\.endpoint) }
    }

    package func spending() async throws -> DaySpending {
        try await read("daySpending") { $0.spending(at: $1) }
    }

    package func nextLocalPostID() async throws -> PostID {
        try await write("nextLocalPostID") { database, _ in database.nextLocalPostID() }
    }
}
