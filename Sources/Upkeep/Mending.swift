import Store

/// Commands that findings name.
enum Mending {
    static func cancel(_ post: PostID) -> String {
        "end the post: \(event("cancel", post))"
    }

    static func event(_ type: String, _ post: PostID) -> String {
        "curl -X POST $REJOINDER_URL/v1/posts/\(post)/events -H 'Content-Type: application/json' "
            + "-d '{\"type\": \"\(type)\", \"data\": {\"by\": \"operator\"}}'"
    }
}
