import JSONValue
import Store

/// The moments that one account, or one community, has given away: with a least distance and a most in any 24 hours.
///
/// A limit in the table is a moment that never moves back, so a line is stored as: the moment after its last slot, and for
/// a most of N per day the N latest slots, each as the moment at which its share is free again. What lies before the last
/// slot is known to the line that gave it away, and taken as full by one that was read back.
struct SlotLine: Sendable, Equatable {
    let name: String
    let rule: SlotPlan.Rule
    /// In order. Those of the last day, and reserved ones to come.
    private(set) var slots: [Timestamp] = []
    /// No slot before this.
    private var floor: Timestamp?
    private var stored: [String: Timestamp] = [:]

    init(name: String, rule: SlotPlan.Rule) {
        self.name = name
        self.rule = SlotPlan.Rule(gap: max(rule.gap, .zero), perDay: max(rule.perDay, 0))
    }

    private var shares: [String] { (0..<rule.perDay).map { "\(name)#\($0)" } }

    var keys: [String] { [name] + shares }

    /// Takes over stored moments. What this line wrote itself tells it nothing new.
    mutating func load(_ found: [String: Timestamp]) {
        for key in keys {
            guard let moment = found[key], moment > stored[key] ?? Timestamp(microseconds: .min) else { continue }
            stored[key] = moment
            if key == name {
                floor = max(floor ?? moment, moment)
            } else {
                insert(moment - SlotPlan.day)
            }
        }
    }

    /// The earliest moment from `start` on that the line allows, and the limit that put it off.
    func earliest(from start: Timestamp) -> (at: Timestamp, reason: String) {
        var (at, reason) = (start, "")
        if let floor, floor > at { (at, reason) = (floor, "gap") }
        while let later = putOff(at) { (at, reason) = later }
        return (at, reason)
    }

    /// The moment before which a limit is broken, if one is. It is later each time, so asking comes to an end.
    private func putOff(_ moment: Timestamp) -> (Timestamp, String)? {
        let position = slots.partition(above: moment)
        if position > 0, moment - slots[position - 1] < rule.gap { return (slots[position - 1] + rule.gap, "gap") }
        if position < slots.count, slots[position] - moment < rule.gap { return (slots[position] + rule.gap, "gap") }
        guard rule.perDay > 0 else { return nil }
        for first in max(0, position - rule.perDay)...position where first + rule.perDay <= slots.count {
            let last = max(slots[first + rule.perDay - 1], moment)
            if last - min(slots[first], moment) < SlotPlan.day { return (slots[first] + SlotPlan.day, "day") }
        }
        return nil
    }

    /// Gives a moment away; returns what is to be stored.
    mutating func take(_ slot: Timestamp, now: Timestamp) -> [LimitWrite] {
        let old = slots.partition(above: now - SlotPlan.day)
        slots.removeFirst(old)
        insert(slot)
        let next = max(stored[name] ?? slot, slot + rule.gap)
        var writes = [LimitWrite(key: name, nextAt: next)]
        let freeAgain = slot + SlotPlan.day
        if let share = shares.min(by: { free($0) < free($1) }), free(share) < freeAgain {
            writes.append(LimitWrite(key: share, nextAt: freeAgain))
        }
        for write in writes { stored[write.key] = write.nextAt }
        return writes
    }

    /// A moment that was not used. The table keeps it: moments there never move back.
    mutating func giveBack(_ slot: Timestamp) {
        let after = slots.partition(above: slot)
        if after > 0, slots[after - 1] == slot { slots.remove(at: after - 1) }
    }

    private func free(_ share: String) -> Timestamp { stored[share] ?? Timestamp(microseconds: .min) }

    private mutating func insert(_ slot: Timestamp) { slots.insert(slot, at: slots.partition(above: slot)) }
}

extension [Timestamp] {
    /// How many elements of a sorted array are not above a moment.
    fileprivate func partition(above moment: Timestamp) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = self[middle] > moment ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound
    }
}
