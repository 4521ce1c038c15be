import JSONValue

/// The comments that were made here, in the order in which they were made.
struct CommentBook: Sendable {
    static let maximumComments = 100_000
    private static let firstNumber = 54_000_000_000

    private(set) var comments: [FakeComment] = []
    private var index: [String: Int] = [:]
    private var byLink: [String: [Int]] = [:]
    private var nextNumber = firstNumber

    subscript(name: String) -> FakeComment? { index[name].map { comments[$0] } }

    var isFull: Bool { comments.count >= Self.maximumComments }

    /// Comments under a submission, oldest first.
    func under(_ link: String) -> [FakeComment] { (byLink[link] ?? []).map { comments[$0] } }

    func by(_ author: String) -> [FakeComment] {
        comments.filter { $0.author.lowercased() == author.lowercased() }
    }

    /// Ids go on rising over restarts, as Reddit's do.
    mutating func nextName() -> String {
        defer { nextNumber += 1 }
        return "t1_" + String(nextNumber, radix: 36)
    }

    mutating func insert(_ comment: FakeComment) {
        guard index[comment.name] == nil else { return }
        index[comment.name] = comments.count
        byLink[comment.link, default: []].append(comments.count)
        comments.append(comment)
        if let number = Int(comment.id, radix: 36) { nextNumber = max(nextNumber, number + 1) }
    }

    /// - Returns: whether there is such a comment.
    @discardableResult
    mutating func change(_ name: String, _ body: (inout FakeComment) -> Void) -> Bool {
        guard let at = index[name] else { return false }
        body(&comments[at])
        return true
    }

    /// Things that got more than one comment that still stands, with how many.
    var duplicates: [String: Int] {
        var counts: [String: Int] = [:]
        for comment in comments where !comment.isDeleted { counts[comment.parent, default: 0] += 1 }
        return counts.filter { $0.value > 1 }
    }
}
