import Glibc
import JSONValue
import Oracles

/// What becomes of a comment as time passes: the same for the same comment, whoever asks and how often.
struct Engagement: Sendable, Equatable {
    /// Seconds during which Reddit shows no score.
    static let hiddenFor = 300.0
    static let removedAfter = 1800.0

    var score: Int
    var isScoreHidden: Bool
    /// A moderator took it away; only others see that.
    var isRemoved: Bool
    var replies: [FakeComment]

    private static let answers = [
        "Thanks, I had not seen that.", "good bot", "Do you have the page number?", "bad bot",
        "That is what I remembered too.", "The source is behind a paywall for me.", "!optout",
        "Interesting, the second link says a bit more.",
    ]

    /// A `speed` above 1 is faster than real life.
    init(of comment: FakeComment, now: Double, speed: Double) {
        let age = max(0, now - comment.created) * speed
        let luck = StableHash.percent(comment.name, "score")
        let final = luck < 8 ? -1 - Double(luck) : luck < 40 ? Double(luck % 6) : Double(luck) / 2
        score = 1 + Int((final * (1 - exp(-age / 7200))).rounded())
        isScoreHidden = age < Self.hiddenFor
        isRemoved = age >= Self.removedAfter && StableHash.percent(comment.name, "removal") < 4
        replies = Self.replies(to: comment, age: age, speed: speed)
    }

    private static func replies(to comment: FakeComment, age: Double, speed: Double) -> [FakeComment] {
        let count = max(0, StableHash.percent(comment.name, "replies") % 5 - 1)
        return (0..<count).compactMap { number in
            let delay = 600.0 * Double(number * number + 1)
            guard age >= delay else { return nil }
            let hash = StableHash.of(comment.name, "reply \(number)")
            return FakeComment(
                name: "\(comment.name)r\(number)", parent: comment.name, link: comment.link,
                community: comment.community, author: "reader_\(hash % 9000 + 1000)",
                body: answers[Int(hash / 9000 % UInt64(answers.count))],
                created: comment.created + (delay / max(speed, 0.001)).rounded())
        }
    }
}
