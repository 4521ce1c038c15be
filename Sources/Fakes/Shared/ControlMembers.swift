import JSONValue

/// Why a control request or a fault's text is refused: it names the member and the place.
struct ControlError: Error, CustomStringConvertible, Equatable {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Reads the members of a control document and refuses what it does not know.
struct ControlMembers {
    private let object: JSONObject
    private let place: String

    init(_ value: JSON, known: [String], place: String) throws(ControlError) {
        guard let object = value.object else {
            throw ControlError("\(place): expected an object, found \(value.typeName)")
        }
        if let unknown = object.keys.first(where: { !known.contains($0) }) {
            throw ControlError("\(place): unknown key \"\(unknown)\"; known are \(known.joined(separator: ", "))")
        }
        self.object = object
        self.place = place
    }

    func string(_ key: String) throws(ControlError) -> String? {
        try member(key, "a string") { $0.string }
    }

    func number(_ key: String) throws(ControlError) -> Double? {
        try member(key, "a number that is not negative") { value in value.double.flatMap { $0 >= 0 ? $0 : nil } }
    }

    func integer(_ key: String) throws(ControlError) -> Int? {
        try member(key, "an integer from 0 to 1000000000") { value in
            value.int.flatMap { (0...1_000_000_000).contains($0) ? Int($0) : nil }
        }
    }

    func array(_ key: String) throws(ControlError) -> [JSON]? {
        try member(key, "an array") { $0.array }
    }

    private func member<Value>(
        _ key: String, _ expected: String, _ read: (JSON) -> Value?
    ) throws(ControlError) -> Value? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let read = read(value) else {
            throw ControlError("\(place).\(key): expected \(expected), found \(value.typeName)")
        }
        return read
    }
}
