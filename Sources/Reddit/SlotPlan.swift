import JSONValue
import Store

/// When the next comment may be posted: by account and by community, each with a least distance and a most per day.
///
/// Pure. Slots that are reserved far ahead for a crowded community leave the time before them to the others.
package struct SlotPlan: Sendable, Equatable {
    package struct Rule: Sendable, Hashable {
        package var gap: Duration
        /// Zero: no limit. The settings hold it to `PipelineSettings.Posting.mostPerDay`.
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
        /// The limit that decided: `account_paused`, `account_gap`, `account_day`, `community_gap`, `community_day`; empty
        /// when none did.
        package var reason: String
    }

    static let day = Duration.seconds(86_400)

    private let account: String
    private let rules: Limits
    private var line: SlotLine
    private var communities: [String: SlotLine] = [:]
    private var pausedUntil: Timestamp?

    package init(account: String, limits: Limits) {
        self.account = account.lowercased()
        rules = limits
        line = SlotLine(name: "account:" + account.lowercased(), rule: limits.account)
    }

    /// The keys under which the account's and some communities' limits are stored.
    package func keys(communities names: [String]) -> [String] {
        [pauseKey] + line.keys + names.flatMap { community($0).keys }
    }

    private var pauseKey: String { "pause:" + account }

    /// A community's limit counts for one account: another's comments are not ours to space.
    private func community(_ name: String) -> SlotLine {
        let name = name.lowercased()
        return communities[name] ?? SlotLine(name: "community:\(account):\(name)", rule: rules.community)
    }

    /// Takes over stored moments of the account and of these communities.
    package mutating func load(_ stored: [String: Timestamp], communities names: [String]) {
        if let pause = stored[pauseKey] { pausedUntil = max(pausedUntil ?? pause, pause) }
        line.load(stored)
        for name in names {
            var line = community(name)
            line.load(stored)
            communities[name.lowercased()] = line
        }
    }

    /// Nothing of the account goes out before this moment, also what has a slot already.
    package mutating func pause(until: Timestamp) -> LimitWrite {
        let moment = max(pausedUntil ?? until, until)
        pausedUntil = moment
        return LimitWrite(key: pauseKey, nextAt: moment)
    }

    package func isPaused(at now: Timestamp) -> Bool { pausedUntil.map { now < $0 } ?? false }

    /// Nothing was posted at a reserved moment: others may have it.
    package mutating func giveBack(_ slot: Timestamp, community name: String) {
        line.giveBack(slot)
        communities[name.lowercased()]?.giveBack(slot)
    }

    /// The earliest moment that all limits allow, reserved.
    package mutating func reserve(community name: String, now: Timestamp) -> Slot {
        var own = community(name)
        var slot = Slot(at: now, writes: [], reason: "")
        slot.put(off: pausedUntil ?? now, "account_paused")
        var before: Timestamp
        repeat {
            before = slot.at
            let byAccount = line.earliest(from: slot.at)
            slot.put(off: byAccount.at, "account_" + byAccount.reason)
            let byCommunity = own.earliest(from: slot.at)
            slot.put(off: byCommunity.at, "community_" + byCommunity.reason)
        } while slot.at > before
        slot.writes = line.take(slot.at, now: now) + own.take(slot.at, now: now)
        communities[name.lowercased()] = own
        return slot
    }
}

extension SlotPlan.Slot {
    fileprivate mutating func put(off moment: Timestamp, _ reason: String) {
        guard moment > at else { return }
        at = moment
        self.reason = reason
    }
}
