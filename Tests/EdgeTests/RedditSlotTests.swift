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
            SlotPlan.Limits(
                account: SlotPlan.Rule(gap: .seconds(gap), perDay: perDay),
                community: SlotPlan.Rule(gap: .seconds(communityGap), perDay: communityPerDay)))
    }

    /// A plan, who asks in which order, and the seconds after the start that they get.
    @Test(arguments: [
        (plan(), ["a", "a", "b"], [0, 0, 0], ["", "", ""]),
        (plan(gap: 600), ["a", "b", "a"], [0, 600, 1200], ["", "account_gap", "account_gap"]),
        (
            plan(communityGap: 3600), ["a", "b", "a", "b"], [0, 0, 3600, 3600],
            ["", "", "community_gap", "community_gap"]
        ),
        (plan(gap: 600, communityGap: 3600), ["a", "a", "b"], [0, 3600, 4200], ["", "community_gap", "account_gap"]),
        (
            plan(perDay: 2), ["a", "b", "c", "d", "e"], [0, 0, 86_400, 86_400, 172_800],
            ["", "", "account_day", "account_day", "account_day"]
        ),
        (plan(communityPerDay: 1), ["a", "b", "a"], [0, 0, 86_400], ["", "", "community_day"]),
    ])
    func `slots keep all limits`(plan: SlotPlan, communities: [String], seconds: [Int], reasons: [String]) {
        var plan = plan
        let slots = communities.map { plan.reserve(account: "me", community: $0, now: Self.start) }
        #expect(slots.map { Int(($0.at - Self.start) / .seconds(1)) } == seconds)
        #expect(slots.map(\.reason) == reasons)
    }

    @Test func `no span of a day holds more than its share, whenever one asks`() {
        var plan = Self.plan(gap: 600, perDay: 3)
        var times: [Timestamp] = []
        var now = Self.start
        for step in 0..<40 {
            times.append(plan.reserve(account: "me", community: "c\(step % 3)", now: now).at)
            now = now + .seconds(3600 * (step % 5))
        }
        for (index, time) in times.enumerated().dropFirst(3) {
            #expect(time - times[index - 3] >= .seconds(86_400))
        }
    }

    @Test func `what was written is the plan again after a restart`() {
        var plan = Self.plan(gap: 600, perDay: 2, communityGap: 60, communityPerDay: 2)
        var stored: [String: Timestamp] = [:]
        for _ in 0..<3 {
            for write in plan.reserve(account: "me", community: "a", now: Self.start).writes {
                stored[write.key] = max(stored[write.key] ?? write.nextAt, write.nextAt)
            }
        }
        var again = Self.plan(gap: 600, perDay: 2, communityGap: 60, communityPerDay: 2)
        #expect(Set(stored.keys).isSubset(of: again.keys(account: "me", communities: ["a"])))
        again.load(stored)
        let slots = (
            plan.reserve(account: "me", community: "a", now: Self.start),
            again.reserve(account: "me", community: "a", now: Self.start)
        )
        #expect(slots.0.at == slots.1.at)
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
        let asked = Signal()
        let stored = Self.start + .seconds(50)
        let limiter = PostingLimiter(
            account: "me",
            limits: SlotPlan.Limits(
                account: SlotPlan.Rule(gap: .zero, perDay: 0), community: SlotPlan.Rule(gap: .seconds(60), perDay: 0)),
            communities: [],
            load: { keys in
                defer { asked.raise() }
                return keys.contains("community:me:pics") ? ["community:me:pics": stored] : [:]
            })
        let first = RedditFixtures.job(Self.post, community: "Pics")
        #expect(
            describe(limiter.admit(first, endpoint: RedditFixtures.endpoint, now: Self.start)) == "1 0 limits_unread")
        await asked.wait(atMost: .seconds(10))
        try await limiter.prepare(Self.lease)
        let second = RedditFixtures.job(
            Self.post, slot: (Self.start + .seconds(1)).microseconds, community: "Pics")
        // However the reading ended, the moment that it brings back is no reservation.
        let admission = describe(
            limiter.admit(second, endpoint: RedditFixtures.endpoint, now: Self.start + .seconds(1)))
        #expect(["50 2 community_gap", "2 0 limits_unread"].contains(admission))
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
