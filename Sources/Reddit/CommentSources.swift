import Store

/// What is stored about a post, as far as posting asks for it.
package protocol CommentSources: Sendable {
    func submission(_ id: PostID) async throws -> Submission?
    func results(_ id: PostID) async throws -> [ResultRow]
    func comments(of post: PostID) async throws -> [CommentRow]
    /// The submission is gone: what we keep of its texts must go, too.
    func forgetTexts(of post: PostID) async throws
}

extension CommentSources {
    package func forgetTexts(of post: PostID) async throws {}
}

package struct StoredCommentSources: CommentSources {
    private let store: any Store

    package init(_ store: any Store) { self.store = store }

    package func submission(_ id: PostID) async throws -> Submission? { try await store.submission(id) }
    package func results(_ id: PostID) async throws -> [ResultRow] { try await store.results(id) }
    package func comments(of post: PostID) async throws -> [CommentRow] { try await store.comments(of: post) }
    package func forgetTexts(of post: PostID) async throws { _ = try await store.purgeTexts(of: [post]) }
}
