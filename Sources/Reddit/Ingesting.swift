import Engine
import Store

/// Where the scanner puts what it found.
package protocol Ingesting: Sendable {
    /// Which of these posts are there.
    func existing(_ ids: [PostID]) async throws -> Set<PostID>
    /// Creates posts; those that exist are left alone. Returns the new ones, committed.
    func create(_ posts: [NewPost]) async throws -> Set<PostID>
    /// Whether a post of these communities is there that is older than this one.
    func hasOlder(than id: PostID, in communities: [String]) async throws -> Bool
}

/// The engine and its store, as the scanner needs them.
package struct EngineIngest: Ingesting {
    private let engine: Engine
    private let store: any Store
    private let leastPriority: Int

    /// Posts below `leastPriority` are kept, and end at once.
    package init(engine: Engine, store: any Store, leastPriority: Int = 0) {
        self.engine = engine
        self.store = store
        self.leastPriority = leastPriority
    }

    package func existing(_ ids: [PostID]) async throws -> Set<PostID> { try await store.existing(ids) }

    package func create(_ posts: [NewPost]) async throws -> Set<PostID> {
        let judged = posts.map { post in
            var post = post
            let isJudged = post.context["skip"]?.string != ""
            if post.priority < leastPriority, !isJudged { post.context["skip"] = "low_priority" }
            return post
        }
        return try await engine.create(judged, actor: "scanner")
    }

    package func hasOlder(than id: PostID, in communities: [String]) async throws -> Bool {
        for community in communities {
            var filter = PostFilter()
            filter.community = community
            if try await !store.listPosts(filter, after: id, limit: 1).isEmpty { return true }
        }
        return false
    }
}
