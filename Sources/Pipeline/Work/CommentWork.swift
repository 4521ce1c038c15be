import JSONValue

/// What a Reddit account is asked to post, to look for, or to watch.
package struct CommentWork: Sendable, Hashable {
    /// Fullname of the submission to answer; empty in a dry run about a post that did not come from Reddit.
    package let thingID: String
    /// A UUID of ours; its first six characters are the mark.
    package let outboxID: String
    /// Stands in the footer as `ref <mark>`: reconciliation finds the comment by it.
    package let mark: String
    /// Exactly the bytes to be posted.
    package let body: String
    /// SHA-256 of the body; what was approved.
    package let bodyHash: String
    package let approvedBy: String?
    package let approvedAt: Timestamp?
    /// The latest result about our comment, when there is one: what engagement checks go on from.
    package let posted: PostedComment?

    var input: JSON {
        [
            "thing_id": thingID.json, "body": body.json, "body_sha256": bodyHash.json, "mark": mark.json,
            "comment_id": (posted?.commentID).json,
        ]
    }
}
