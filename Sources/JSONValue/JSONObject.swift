/// The members of a JSON object. Equal when they hold the same members in any order; iteration follows insertion.
package struct JSONObject: Sendable {
    /// Up to so many members, comparing keys one by one is faster than hashing them, and most objects are small.
    private static let searchLimit = 16

    private struct Member: Sendable {
        let key: String
        var value: JSON
    }

    // A struct of our own: an array of tuples is copied several times more slowly.
    private var members: [Member] = []
    /// Where each key stands, kept for objects with more members than ``searchLimit`` only.
    private var positions: [String: Int]?

    package init() {}

    /// Later members replace earlier ones of the same name.
    package init(_ members: some Sequence<(String, JSON)>) {
        self.members.reserveCapacity(members.underestimatedCount)
        for (key, value) in members { self[key] = value }
    }

    package var keys: [String] { members.map(\.key) }
    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }

    package subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let newValue?): members[position].value = newValue
            case (let position?, nil): remove(at: position)
            case (nil, let newValue?): append(key, newValue)
            case (nil, nil): break
            }
        }
    }

    /// Up to so many members, ``value(of:)`` looks at each.
    private static let scanLimit = 32

    /// The subscript for names that are asked for again and again. Keys of another length are passed over unread, so
    /// that a small object costs a few nanoseconds.
    package func value(of key: String) -> JSON? {
        guard members.count <= Self.scanLimit else { return self[key] }
        let length = key.utf8.count
        var position = 0
        while position < members.count {
            if members[position].key.utf8.count == length, members[position].key == key {
                return members[position].value
            }
            position += 1
        }
        return nil
    }

    /// This object with another's members put over its own.
    package func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (key, value) in other { merged[key] = value }
        return merged
    }

    private func position(of key: String) -> Int? {
        if let positions { return positions[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func append(_ key: String, _ value: JSON) {
        members.append(Member(key: key, value: value))
        if positions != nil {
            positions?[key] = members.count - 1
        } else if members.count > Self.searchLimit {
            index()
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        positions = nil
        if members.count > Self.searchLimit { index() }
    }

    private mutating func index() {
        var positions: [String: Int] = [:]
        for (position, member) in members.enumerated() { positions[member.key] = position }
        self.positions = positions
    }
}

extension JSONObject: Sequence {
    package struct Iterator: IteratorProtocol {
        private let members: [Member]
        private var position = 0

        fileprivate init(_ object: JSONObject) { members = object.members }

        package mutating func next() -> (key: String, value: JSON)? {
            guard position < members.count else { return nil }
            defer { position += 1 }
            return (members[position].key, members[position].value)
        }
    }

    package func makeIterator() -> Iterator { Iterator(self) }
    package var underestimatedCount: Int { members.count }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        // Sums do not depend on the order of members.
        var sum = 0
        for (key, value) in self {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
