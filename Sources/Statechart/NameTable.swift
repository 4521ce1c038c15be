/// Finds the number of a name among a fixed few, faster than a dictionary does.
struct NameTable: Sendable {
    private struct Slot: Sendable {
        var name: String
        var number: Int
    }

    /// Twice as many places as names, a power of two; -1 where there is none.
    private var places: [Int] = []
    private var slots: [Slot] = []
    private var mask: UInt64 = 0

    /// Of equal names the first counts.
    init(_ names: [String]) {
        var size = 2
        while size < names.count * 2 { size *= 2 }
        places = [Int](repeating: -1, count: size)
        mask = UInt64(size - 1)
        for (number, name) in names.enumerated() where self[name] == nil {
            var place = Int(Self.hash(name) & mask)
            while places[place] >= 0 { place = (place + 1) & Int(mask) }
            places[place] = slots.count
            slots.append(Slot(name: name, number: number))
        }
    }

    subscript(name: String) -> Int? {
        var place = Int(Self.hash(name) & mask)
        while places[place] >= 0 {
            let slot = places[place]
            if slots[slot].name == name { return slots[slot].number }
            place = (place + 1) & Int(mask)
        }
        return nil
    }

    /// FNV-1a over the last bytes and the length: paths differ at their ends. Names come from a checked chart, so
    /// nobody can choose them to collide.
    private static func hash(_ name: String) -> UInt64 {
        let bytes = name.utf8.span
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(truncatingIfNeeded: bytes.count)
        var position = bytes.count
        while position > max(0, bytes.count - 16) {
            position -= 1
            hash = (hash ^ UInt64(bytes[position])) &* 0x100_0000_01b3
        }
        return hash ^ (hash >> 32)
    }
}
