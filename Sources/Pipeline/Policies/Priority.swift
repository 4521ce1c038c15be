import Glibc
import JSONValue
import Store

/// How soon a post deserves work: a hot-rank of votes, comments and freshness from 0 to 1,000.
///
/// It is computed once, when the post is admitted, and stored: it does not change as time passes, so an index can serve
/// it, and thresholds mean the same today and next year.
package enum Priority {
    package static let range = 0...1000

    /// Ten times the votes weigh as much as 12.5 hours of age; comments weigh half as much as votes.
    package static func of(_ submission: Submission, now: Timestamp) -> Int {
        let score = Double(submission.score)
        let votes = log10(max(abs(score), 1)) * (score < 0 ? -1 : 1)
        let comments = log10(Double(max(submission.commentCount, 0)) + 1)
        let age = max(0, now.seconds - submission.createdAt.seconds)
        let points = 400 + 100 * (votes + comments / 2 - age / 45_000)
        guard points.isFinite else { return 0 }
        return Int(min(max(points, 0), 1000).rounded())
    }
}
