import JSONValue

/// All that is stored about one post: a line of the archive.
package struct PostRecord: Sendable, Hashable {
    package var row: PostRow
    package var changedAt: Timestamp
    package var submission: Submission?
    package var transitions: [TransitionRow]
    package var results: [ResultRow]
    package var comments: [CommentRow]
    package var costs: [CostRow]

    package init(
        row: PostRow, changedAt: Timestamp, submission: Submission?, transitions: [TransitionRow],
        results: [ResultRow], comments: [CommentRow], costs: [CostRow]
    ) {
        self.row = row
        self.changedAt = changedAt
        self.submission = submission
        self.transitions = transitions
        self.results = results
        self.comments = comments
        self.costs = costs
    }
}
