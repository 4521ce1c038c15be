import Engine
import JSONValue
import Store
import Testing
import Threads

@testable import Reddit

@Suite struct RedditSlotTests {
    private static let start = Timestamp(seconds: 1_795_450_000)

    private static func plan(
        gap: Double = 0, perDay: Int = 0, communityGap: Double = 0, communityPerDay: Int = 0
    ) -> SlotPlan {
        SlotPlan(
            account: "me",
            limits: SlotPlan.Limits(
                account: SlotPlan.Rule(gap: .seconds(gap), perDay: perDay),
                community: SlotPlan.Rule(gap: .seconds(communityGap), perDay: communityPerDay)))
    }

    struct Case: Sendable {
        var plan: SlotPlan
        /// Who asks, in which order.
        var asked: [String]
        /// Seconds after the start.
        var slots: [Int]
        var reasons: [String]
    }

    static let cases = [
        Case(plan: plan(), asked: ["a", "a", "b"], slots: [0, 0, 0], reasons: ["", "", ""]),
        Case(
            plan: plan(gap: 600), asked: ["a", "b", "a"], slots: [0, 600, 1200],
            reasons: ["", "account_gap", "account_gap"]),
        Case(
            plan: plan(communityGap: 3600), asked: ["a", "b", "a", "b", "c"], slots: [0, 0, 3600, 3600, 0],
            reasons: ["", "", "community_gap", "community_gap", ""]),
        Case(
            plan: plan(gap: 600, communityGap: 3600), asked: ["a", "a", "b", "c", "a"],
            slots: [0, 3600, 600, 1200, 7200],
            reasons: ["", "community_gap", "account_gap", "account_gap", "community_gap"]),
        Case(
            plan: plan(perDay: 2), asked: ["a", "b", "c", "d", "e"], slots: [0, 0, 86_400, 86_400, 172_800],
            reasons: ["", "", "account_day", "account_day", "account_day"]),
        Case(
            plan: plan(communityPerDay: 1), asked: ["a", "b", "a", "c"], slots: [0, 0, 86_400, 0],
            reasons: ["", "", "community_day", ""]),
    ]

    @Test(arguments: cases)
    func `slots keep all limits`(example: Case) {
        var plan = example.plan
        let slots = example.asked.map { plan.reserve(community: $0, now: Self.start) }
        #expect(slots.map { Int(($0.at - Self.start) / .seconds(1)) } == example.slots)
        #expect(slots.map(\.reason) == example.reasons)
    }

    /// Whether slots of one line are far enough apart and no day holds too many.
    private func check(_ times: [Timestamp], gap: Double, perDay: Int) {
        let times = times.sorted()
        for (index, time) in times.enumerated().dropFirst() { #expect(time - times[index - 1] >= .seconds(gap)) }
        for (index, time) in times.enumerated().dropFirst(perDay) {
            #expect(time - times[index - perDay] >= .seconds(86_400))
        }
    }

    @Test(arguments: 0..<20) func `limits hold whoever asks, whenever, and over restarts`(seed: Int) {
        var plan = Self.plan(gap: 600, perDay: 5, communityGap: 3600, communityPerDay: 2)
        var stored: [String: Timestamp] = [:]
        var times: [String: [Timestamp]] = [:]
        var now = Self.start
        var random = UInt64(seed) &* 2_654_435_761 &+ 12_345
        for _ in 0..<60 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let name = "c\(random >> 33 % 3)"
            let slot = plan.reserve(community: name, now: now)
            for write in slot.writes { stored[write.key] = max(stored[write.key] ?? write.nextAt, write.nextAt) }
            times[name, default: []].append(slot.at)
            now = now + .seconds(Double(random >> 40 % 20_000))
            guard random >> 50 % 8 == 0 else { continue }
            plan = Self.plan(gap: 600, perDay: 5, communityGap: 3600, communityPerDay: 2)
            let names = ["c0", "c1", "c2"]
            #expect(Set(stored.keys).isSubset(of: plan.keys(communities: names)))
            plan.load(stored, communities: names)
        }
        check(times.values.flatMap(\.self), gap: 600, perDay: 5)
        for line in times.values { check(line, gap: 3600, perDay: 2) }
    }

    @Test func `reading back what it wrote itself changes nothing`() {
        var plan = Self.plan(gap: 600, perDay: 3)
        let first = plan.reserve(community: "a", now: Self.start)
        let stored = Dictionary(first.writes.map { ($0.key, $0.nextAt) }, uniquingKeysWith: max)
        var again = plan
        again.load(stored, communities: ["a"])
        #expect(again == plan)
    }

    private func limiter(_ stored: [String: Timestamp] = [:], communities: [String] = ["science"]) -> PostingLimiter {
        PostingLimiter(
            account: "me",
            limits: SlotPlan.Limits(
                account: SlotPlan.Rule(gap: .seconds(600), perDay: 0),
                community: SlotPlan.Rule(gap: .seconds(60), perDay: 0)),
            communities: communities, load: { keys in stored.filter { keys.contains($0.key) } })
    }

    private static let lease = Lease(endpoint: "reddit", node: "n", epoch: 1)
    private static let post = PostID(77)

    private func describe(_ admission: Admission) -> String {
        switch admission {
        case .now(let limits): "now \(limits.count)"
        case .later(let until, let limits, let reason):
            "\(Int((until - Self.start) / .seconds(1))) \(limits.count) \(reason)"
        }
    }

    @Test func `a reserved slot is kept, a new one is reserved`() async throws {
        let limiter = limiter(["account:me": Self.start + .seconds(30)])
        try await limiter.prepare(Self.lease)
        let job = RedditFixtures.job(Self.post)
        #expect(describe(limiter.admit(job, endpoint: RedditFixtures.endpoint, now: Self.start)) == "30 2 account_gap")
        let reserved = RedditFixtures.job(Self.post, slot: (Self.start + .seconds(30)).microseconds)
        let admit = { limiter.admit(reserved, endpoint: RedditFixtures.endpoint, now: Self.start + .seconds($0)) }
        #expect(describe(admit(29)) == "30 0 reserved")
        #expect(describe(admit(30)) == "now 0")
    }

    @Test func `a pause of the account also holds back what has a slot`() async throws {
        let limiter = limiter()
        try await limiter.prepare(Self.lease)
        let write = limiter.pauseAccount(until: Self.start + .seconds(900))
        #expect(write == LimitWrite(key: "pause:me", nextAt: Self.start + .seconds(900)))
        let reserved = RedditFixtures.job(Self.post, slot: Self.start.microseconds)
        let admission = limiter.admit(reserved, endpoint: RedditFixtures.endpoint, now: Self.start)
        #expect(describe(admission) == "900 2 account_paused")
    }

    @Test func `limits of an unknown community are read before anything is admitted`() async throws {
        let stored = Self.start + .seconds(50)
        let isDown = Shared(true)
        let limiter = PostingLimiter(
            account: "me",
            limits: SlotPlan.Limits(
                account: SlotPlan.Rule(gap: .zero, perDay: 0), community: SlotPlan.Rule(gap: .seconds(60), perDay: 0)),
            communities: [],
            load: { keys in
                if isDown.value { throw StoreError(.unavailable, "down") }
                return keys.contains("community:me:pics") ? ["community:me:pics": stored] : [:]
            })
        let first = RedditFixtures.job(Self.post, community: "Pics")
        await limiter.prepare([first])
        #expect(
            describe(limiter.admit(first, endpoint: RedditFixtures.endpoint, now: Self.start)) == "1 0 limits_unread")
        isDown.set(false)
        // The moment at which it comes back is no reservation.
        let second = RedditFixtures.job(
            Self.post, slot: (Self.start + .seconds(1)).microseconds, community: "Pics")
        await limiter.prepare([second])
        let later = limiter.admit(second, endpoint: RedditFixtures.endpoint, now: Self.start + .seconds(1))
        #expect(describe(later) == "50 2 community_gap")
    }

    @Test func `the first post of a community that nobody read before does not wait for the reading`() async throws {
        let limiter = limiter()
        let first = RedditFixtures.job(Self.post, community: "Pics")
        await limiter.prepare([first])
        #expect(describe(limiter.admit(first, endpoint: RedditFixtures.endpoint, now: Self.start)) == "now 2")
    }

    @Test func `a slot that was not used goes to the next, and its job needs a new one`() async throws {
        let limiter = limiter()
        try await limiter.prepare(Self.lease)
        let admit = { (job: JobRow) in
            self.describe(limiter.admit(job, endpoint: RedditFixtures.endpoint, now: Self.start))
        }
        let first = RedditFixtures.job(Self.post)
        let second = RedditFixtures.job(PostID(78))
        #expect(admit(first) == "now 2")
        limiter.release(first.key, comesBack: true)
        #expect(admit(second) == "now 2")
        #expect(admit(RedditFixtures.job(Self.post, slot: Self.start.microseconds)) == "600 2 account_gap")
        limiter.use(second.key)
        limiter.release(second.key, comesBack: true)
        #expect(admit(RedditFixtures.job(PostID(79))) == "1200 2 account_gap")
    }

    @Test func `a reservation that was not committed is not counted twice`() async throws {
        let limiter = limiter()
        try await limiter.prepare(Self.lease)
        for _ in 0..<3 {
            let admission = limiter.admit(
                RedditFixtures.job(Self.post), endpoint: RedditFixtures.endpoint, now: Self.start)
            #expect(describe(admission) == "now 2")
        }
    }

    @Test func `faults of Reddit do not use up the day`() async throws {
        let limiter = PostingLimiter(
            account: "rejoinder_bot",
            limits: SlotPlan.Limits(
                account: SlotPlan.Rule(gap: .seconds(600), perDay: 1), community: SlotPlan.Rule(gap: .zero, perDay: 1)),
            communities: ["science"], load: { _ in [:] })
        try await limiter.prepare(Self.lease)
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let poster = CommentPerformer(
                client: pair.client, sources: try CommentShelf(post), settings: RedditFixtures.settings(.auto),
                limiter: limiter, authorKey: [])
            try await pair.control("faults", ["route": "comments", "fault": "503", "times": 3])
            let job = RedditFixtures.job(post)
            for _ in 0..<4 {
                #expect(
                    describe(limiter.admit(job, endpoint: RedditFixtures.endpoint, now: Self.start)).hasPrefix("now"))
                _ = await poster.perform(RedditFixtures.assignment(job))
            }
            #expect(try await pair.comments().count == 1)
            let other = RedditFixtures.job(PostID(79))
            #expect(
                describe(limiter.admit(other, endpoint: RedditFixtures.endpoint, now: Self.start)).hasPrefix("86400"))
        }
    }

    @Test func `other endpoints and other jobs are not limited`() {
        let limiter = limiter()
        let reconcile = RedditFixtures.job(Self.post, source: "reconcile")
        #expect(describe(limiter.admit(reconcile, endpoint: RedditFixtures.endpoint, now: Self.start)) == "now 0")
        var chat = RedditFixtures.endpoint
        chat.wireProtocol = "chat"
        #expect(describe(limiter.admit(RedditFixtures.job(Self.post), endpoint: chat, now: Self.start)) == "now 0")
    }
}
