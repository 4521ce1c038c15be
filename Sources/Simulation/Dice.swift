/// SplitMix64: the same seed gives the same numbers on every machine.
struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x5851_F42D_4C95_7F2D }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True in so many cases of a hundred.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// True in so many cases of ten thousand.
    mutating func rarely(_ parts: Int) -> Bool { parts > 0 && below(10_000) < parts }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// Picks an index with a probability in proportion to its weight.
    mutating func weighted(_ weights: [Int]) -> Int {
        var place = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if place < weight { return index }
            place -= weight
        }
        return weights.count - 1
    }

    /// A span in microseconds, short ones more often than long ones.
    mutating func span(upTo longest: Int) -> Int64 { Int64(below(1 + below(1 + longest))) }
}
