/// A hash that is the same in every process and version: what a fake decides about a text, it decides again.
package enum StableHash {
    /// 64-bit FNV-1a over the parts with a separator, then mixed so that the high bits are good too.
    package static func of(_ parts: String...) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            hash = (hash ^ 0x1f) &* 0x0000_0100_0000_01b3
        }
        return mixed(hash)
    }

    /// A number from 0 to 99.
    package static func percent(_ parts: String...) -> Int {
        Int(of(parts.joined(separator: "\u{1f}")) % 100)
    }

    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// SplitMix64: the same numbers for the same seed.
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        defer { state &+= 0x9e37_79b9_7f4a_7c15 }
        return StableHash.mixed(state)
    }

    /// From 0 up to, but not, 1.
    package mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }

    /// An element; the list must not be empty.
    package mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int(next() % UInt64(choices.count))]
    }
}
