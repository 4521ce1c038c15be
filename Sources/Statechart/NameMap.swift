/// Values by name, for the handful of timers, jobs and histories that an instance has. Kept in the order of the names:
/// equal maps are equal arrays, and a search is faster than hashing.
package struct NameMap<Value: Sendable & Hashable>: Sendable, Hashable {
    private struct Member: Sendable, Hashable {
        let key: String
        var value: Value
    }

    private var elements: [Member] = []

    package init() {}

    /// Later values replace earlier ones of the same name.
    package init(_ members: some Sequence<(String, Value)>) {
        for (key, value) in members { self[key] = value }
    }

    package var keys: [String] { elements.map(\.key) }
    package var values: [Value] { elements.map(\.value) }

    package subscript(key: String) -> Value? {
        get { position(of: key).map { elements[$0].value } }
        _modify {
            let position = position(of: key)
            var value = position.map { elements[$0].value }
            yield &value
            store(value, key, at: position)
        }
        set { store(newValue, key, at: position(of: key)) }
    }

    @discardableResult
    package mutating func removeValue(forKey key: String) -> Value? {
        position(of: key).map { elements.remove(at: $0).value }
    }

    private func position(of key: String) -> Int? { elements.firstIndex { $0.key == key } }

    private mutating func store(_ value: Value?, _ key: String, at position: Int?) {
        switch (position, value) {
        case (let position?, let value?): elements[position].value = value
        case (let position?, nil): elements.remove(at: position)
        case (nil, let value?):
            let place = elements.firstIndex { $0.key > key } ?? elements.count
            elements.insert(Member(key: key, value: value), at: place)
        case (nil, nil): break
        }
    }
}

extension NameMap: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { elements.count }
    package subscript(position: Int) -> (key: String, value: Value) {
        (elements[position].key, elements[position].value)
    }
}

extension NameMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
