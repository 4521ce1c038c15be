/// A list without repetitions that keeps the order of arrival: the set of the algorithm in W3C SCXML, Appendix D.
struct OrderedSet<Element: Hashable & Sendable>: Hashable, Sendable {
    private(set) var list: [Element] = []

    init(_ elements: [Element] = []) {
        for element in elements { add(element) }
    }

    var isEmpty: Bool { list.isEmpty }

    func isMember(_ element: Element) -> Bool { list.contains(element) }

    mutating func add(_ element: Element) {
        if !isMember(element) { list.append(element) }
    }

    mutating func delete(_ element: Element) { list.removeAll { $0 == element } }

    mutating func union(_ other: OrderedSet) {
        for element in other.list { add(element) }
    }

    func hasIntersection(_ other: OrderedSet) -> Bool { list.contains { other.isMember($0) } }

    func some(_ condition: (Element) -> Bool) -> Bool { list.contains(where: condition) }
}
