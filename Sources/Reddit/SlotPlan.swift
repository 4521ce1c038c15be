import JSONValue
import Store

/// When the next comment may be posted: by account and by community, each with a least distance and a most per day.
/// Pure.
///
/// A limit is a moment in the table `limits` that never moves back. The distance is one such moment. A most of N per
/// day is N of them, each saying when its share is free again: that is exact for every span of 24 hours.
package struct SlotPlan: Sendable, Equatable {
    package struct Rule: Sendable, Hashable {
        package var gap: Duration
        /// Zero: no limit. Above ``SlotPlan/mostPerDay`` counts as that many.
        package var perDay: Int

        package init(gap: Duration, perDay: Int) {
            self.gap = gap
            self.perDay = perDay
        }
    }

    package struct Limits: Sendable, Hashable {
        package var account: Rule
        package var community: Rule

        package init(account: Rule, community: Rule) {
            self.account = account
            self.community = community
        }
    }

    package struct Slot: Sendable, Equatable {
        package var at: Timestamp
        package var writes: [LimitWrite]
        /// Which limit decides: `account_paused`, `account_gap`, `account_day`, `community_gap`, `community_day`; empty
        /// when none does.
        package var reason: String
    }

    package static let mostPerDay = 200
    static let day = Duration.seconds(86_400)

    package let limits: Limits
    private var next: [String: Timestamp] = [:]

    package init(_ limits: Limits) { self.limits = limits }

    /// The keys under which an account's and some communities' limits are stored.
    package func keys(account: String, communities: [String]) -> [String] {
        [Self.key(pauseOf: account)] + keys(Self.key(account: account), limits.account)
            + communities.flatMap { keys(Self.key(account: account, community: $0), limits.community) }
    }

    private func keys(_ name: String, _ rule: Rule) -> [String] { [name] + Self.shares(name, rule) }

    private static func shares(_ name: String, _ rule: Rule) -> [String] {
        (0..<min(max(rule.perDay, 0), mostPerDay)).map { "\(name)#\($0)" }
    }

    package static func key(account: String) -> String { "account:" + account.lowercased() }

    static func key(pauseOf account: String) -> String { "pause:" + account.lowercased() }

    /// A community's limit counts for one account: another's comments are not ours to space.
    package static func key(account: String, community: String) -> String {
        "community:\(account.lowercased()):\(community.lowercased())"
    }

    /// Takes over stored moments; an earlier one than is known changes nothing.
    package mutating func load(_ stored: [String: Timestamp]) {
        next.merge(stored) { max($0, $1) }
    }

    /// Nothing of the account goes out before this moment, also what has a slot already.
    package mutating func pause(account: String, until: Timestamp) -> LimitWrite {
        let key = Self.key(pauseOf: account)
        let moment = max(next[key] ?? until, until)
        next[key] = moment
        return LimitWrite(key: key, nextAt: moment)
    }

    package func isPaused(account: String, at now: Timestamp) -> Bool {
        next[Self.key(pauseOf: account)].map { now < $0 } ?? false
    }

    /// The earliest moment that all limits allow, reserved.
    package mutating func reserve(account: String, community: String, now: Timestamp) -> Slot {
        let names = [
            (Self.key(account: account), limits.account, "account"),
            (Self.key(account: account, community: community), limits.community, "community"),
        ]
        var slot = Slot(at: now, writes: [], reason: "")
        slot.delay(to: next[Self.key(pauseOf: account)], "account_paused")
        for (name, rule, word) in names {
            slot.delay(to: next[name], "\(word)_gap")
            slot.delay(to: share(name, rule)?.free, "\(word)_day")
        }
        for (name, rule, _) in names {
            slot.writes.append(LimitWrite(key: name, nextAt: slot.at + rule.gap))
            if let share = share(name, rule) {
                slot.writes.append(LimitWrite(key: share.key, nextAt: slot.at + Self.day))
            }
        }
        for write in slot.writes { next[write.key] = write.nextAt }
        return slot
    }

    /// The share of a day that is free first; nil when there is no limit.
    private func share(_ name: String, _ rule: Rule) -> (key: String, free: Timestamp?)? {
        let shares = Self.shares(name, rule)
        guard let first = shares.min(by: { free($0) < free($1) }) else { return nil }
        return (first, next[first])
    }

    private func free(_ key: String) -> Timestamp { next[key] ?? Timestamp(microseconds: .min) }
}

extension SlotPlan.Slot {
    fileprivate mutating func delay(to moment: Timestamp?, _ reason: String) {
        guard let moment, moment > at else { return }
        at = moment
        self.reason = reason
    }
}
