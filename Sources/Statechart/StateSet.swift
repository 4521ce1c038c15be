/// A set of states by id. Charts of up to 128 states need no memory of their own for it.
package struct StateSet: Sendable, Hashable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// Ids from 128, 64 a word.
    private var rest: [UInt64] = []

    package init() {}

    package init(_ ids: some Sequence<Int>) {
        for id in ids { self[id] = true }
    }

    package subscript(id: Int) -> Bool {
        get { word(id >> 6) & (1 << UInt64(id & 63)) != 0 }
        set {
            let bit: UInt64 = 1 << UInt64(id & 63)
            switch (id >> 6, newValue) {
            case (0, true): low |= bit
            case (0, false): low &= ~bit
            case (1, true): high |= bit
            case (1, false): high &= ~bit
            case (let word, _): store(bit, in: word - 2, newValue)
            }
        }
    }

    private mutating func store(_ bit: UInt64, in index: Int, _ isMember: Bool) {
        while rest.count <= index {
            guard isMember else { return }
            rest.append(0)
        }
        if isMember { rest[index] |= bit } else { rest[index] &= ~bit }
        while rest.last == 0 { rest.removeLast() }
    }

    private func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: low
        case 1: high
        default: index - 2 < rest.count ? rest[index - 2] : 0
        }
    }

    package var isEmpty: Bool { low == 0 && high == 0 && rest.isEmpty }

    package func intersects(_ other: StateSet) -> Bool {
        low & other.low != 0 || high & other.high != 0 || zip(rest, other.rest).contains { $0 & $1 != 0 }
    }

    package mutating func formUnion(_ other: StateSet) {
        low |= other.low
        high |= other.high
        while rest.count < other.rest.count { rest.append(0) }
        for (index, word) in other.rest.enumerated() { rest[index] |= word }
    }

    /// The largest member; nil when there is none.
    package var last: Int? { previous(below: (rest.count + 2) << 6, from: 0) }

    /// The smallest member in `id ..< end`.
    package func next(from id: Int, below end: Int) -> Int? {
        var index = id >> 6
        var bits = word(index) & (~0 << UInt64(id & 63))
        while index << 6 < end {
            if bits != 0 {
                let found = index << 6 + bits.trailingZeroBitCount
                return found < end ? found : nil
            }
            index += 1
            bits = word(index)
        }
        return nil
    }

    /// The largest member in `start ..< id`.
    package func previous(below id: Int, from start: Int) -> Int? {
        guard id > start else { return nil }
        var index = (id - 1) >> 6
        var bits = word(index) & (~0 >> UInt64(63 - (id - 1) & 63))
        while true {
            if bits != 0 {
                let found = index << 6 + 63 - bits.leadingZeroBitCount
                return found >= start ? found : nil
            }
            guard index << 6 > start else { return nil }
            index -= 1
            bits = word(index)
        }
    }
}

extension StateSet: Sequence {
    package struct Iterator: IteratorProtocol {
        fileprivate let set: StateSet
        fileprivate var position = 0
        fileprivate let end: Int

        package mutating func next() -> Int? {
            guard let found = set.next(from: position, below: end) else { return nil }
            position = found + 1
            return found
        }
    }

    /// In ascending order, which is document order.
    package func makeIterator() -> Iterator { Iterator(set: self, end: (rest.count + 2) << 6) }
}

extension StateSet: ExpressibleByArrayLiteral {
    package init(arrayLiteral ids: Int...) { self.init(ids) }
}
