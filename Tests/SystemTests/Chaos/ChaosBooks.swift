import Foundation
import JSONValue
import Postgres
import Store
import TestSupport

/// What each side wrote down: whoever submitted, the service, the fake Reddit and the fake agent.
struct ChaosBooks: Sendable {
    /// A post as the service has it.
    struct Post: Sendable, Equatable {
        var isEnded = true
        /// Its history has each revision from the first to the last once.
        var isGapless = true
    }

    /// Told to whoever submitted.
    var acknowledged: Set<PostID> = []
    var posts: [PostID: Post] = [:]
    /// Replies that the service takes for posted.
    var replies: [PostID: Int] = [:]
    /// Replies that stand at Reddit.
    var comments: [PostID: Int] = [:]
    /// Results that the service counted, by stage and attempt.
    var results: [String: Int] = [:]
    /// The attempts that the agent began.
    var agentJobs: Set<String> = []
    /// Why posts are stuck.
    var stuck: [String] = []
    /// Jobs that the service believes to be running, as endpoints' load.
    var load = 0

    /// Asks the server directly, and reads what the fakes wrote to their files.
    static func read(_ url: String, acknowledged: Set<PostID>, reddit: String, agent: String) async throws -> ChaosBooks
    {
        var books = ChaosBooks()
        books.acknowledged = acknowledged
        try await books.readPosts(url)
        try await books.readWork(url)
        for line in try lines(of: reddit) {
            guard let post = line["link"]?.string.flatMap(PostID.init(_:)), line["kind"] == "comment" else { continue }
            books.comments[post, default: 0] += 1
        }
        for line in try lines(of: agent) {
            if line["start"] != nil, let key = line["key"]?.string { books.agentJobs.insert(key) }
        }
        return books
    }

    private mutating func readPosts(_ url: String) async throws {
        let rows = try await ChaosCluster.query(
            url,
            """
            SELECT id, queue_stage = 'closed' AS is_ended,
                coalesce(count(*) = p.revision AND min(h.revision) = 1 AND max(h.revision) = p.revision, false)
                    AS is_gapless
            FROM posts p LEFT JOIN history h ON h.post_id = id GROUP BY id
            """)
        for row in rows {
            posts[PostID(try row.int64("id"))] = Post(
                isEnded: try row.bool("is_ended"), isGapless: try row.bool("is_gapless"))
        }
        let made = try await ChaosCluster.query(
            url, "SELECT post_id, count(*) AS n FROM comments WHERE state IN ('posted', 'invisible') GROUP BY post_id")
        for row in made { replies[PostID(try row.int64("post_id"))] = try row.int("n") }
    }

    private mutating func readWork(_ url: String) async throws {
        let made = try await ChaosCluster.query(
            url, "SELECT stage, attempt, count(*) AS n FROM queue_results GROUP BY stage, attempt")
        for row in made { results["\(try row.string("stage")) \(try row.string("attempt"))"] = try row.int("n") }
        let waiting = try await ChaosCluster.query(url, "SELECT post_id, reason FROM stuck_posts ORDER BY post_id")
        stuck = try waiting.map { "post \(try $0.int64("post_id")): \(try $0.string("reason"))" }
        let loads = try await ChaosCluster.query(url, "SELECT sum(current_load)::bigint AS load FROM llm_endpoints")
        load = try loads[0].int("load")
    }

    private static func lines(of file: String) throws -> [JSON] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? JSON.parse(Array($0)) }
    }
}
