import Engine
import Store

/// Where the scanner puts what it found.
package protocol Ingesting: Sendable {
    /// Which of these posts are there, or were there and have been purged.
    func existing(_ ids: [PostID]) async throws -> Set<PostID>
    /// Creates posts; those that exist are left alone. Returns the new ones, committed.
    func create(_ posts: [NewPost]) async throws -> Set<PostID>
    /// Reddit shows these submissions as removed or deleted: their texts must go.
    func forgetTexts(of ids: [PostID]) async throws
    /// Whether a post of these communities is there that is older than this one.
    func hasOlder(than id: PostID, in communities: [String]) async throws -> Bool
}

extension Ingesting {
    package func forgetTexts(of ids: [PostID]) async throws {}
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

    package func existing(_ ids: [PostID]) async throws -> Set<PostID> {
        let there = try await store.existing(ids)
        guard there.count < ids.count else { return there }
        return there.union(try await store.purged(ids.filter { !there.contains($0) }).keys)
    }

    package func forgetTexts(of ids: [PostID]) async throws { _ = try await store.purgeTexts(of: ids) }

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
