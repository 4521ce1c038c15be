import Store
import Testing

/// The audit of a run of chaos can fail: each thing that must not be is found in books that hold it.
@Suite struct ChaosAuditTests {
    private static let post = PostID(7)

    /// One post that was answered, as it must be.
    private static let good: ChaosBooks = {
        var books = ChaosBooks()
        books.acknowledged = [post]
        books.posts = [post: ChaosBooks.Post()]
        books.replies = [post: 1]
        books.comments = [post: 1]
        books.results = ["research 7-2/1": 1]
        books.agentJobs = ["7-2/1"]
        return books
    }()

    @Test func `books that agree are good`() { #expect(ChaosAudit(Self.good).isGood) }

    @Test func `a post that was acknowledged and is gone is lost`() {
        #expect(audit { $0.posts = [:] }.lost == ["post 7 is gone"])
    }

    @Test func `a reply that is not at Reddit is lost`() {
        #expect(audit { $0.comments = [:] }.lost == ["the reply to post 7 is not at Reddit"])
    }

    @Test func `a second reply, or one that nobody knows of, is one too many`() {
        #expect(audit { $0.comments[Self.post] = 2 }.doubled == ["post 7 has 2 replies at Reddit"])
        #expect(audit { $0.replies = [:] }.doubled == ["the reply to post 7 is unknown to the service"])
    }

    @Test func `a result that was counted twice is doubled`() {
        #expect(audit { $0.results["research 7-2/1"] = 2 }.doubled.count == 1)
    }

    @Test func `a post that has not ended, one that nothing wakes and a load of nothing are stuck`() {
        #expect(audit { $0.posts[Self.post]?.isEnded = false }.stuck == ["post 7 has not ended"])
        #expect(audit { $0.stuck = ["post 7: nothing_wakes_it"] }.stuck.count == 1)
        #expect(audit { $0.load = 1 }.stuck.count == 1)
    }

    @Test func `a gap in a history and a result from nowhere are broken`() {
        #expect(audit { $0.posts[Self.post]?.isGapless = false }.broken == ["post 7 has gaps in its history"])
        #expect(audit { $0.agentJobs = [] }.broken.count == 1)
    }

    private func audit(_ change: (inout ChaosBooks) -> Void) -> ChaosAudit {
        var books = Self.good
        change(&books)
        return ChaosAudit(books)
    }
}
