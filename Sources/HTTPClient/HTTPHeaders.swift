/// Header fields in the order they came; names compare without regard to case, and may occur more than once.
package struct HTTPHeaders: Sendable {
    private var fields: [(name: String, value: String)]

    package init(_ fields: [(String, String)] = []) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    /// The first value under this name.
    package subscript(name: String) -> String? {
        fields.first { Self.same($0.name, name) }?.value
    }

    package func all(_ name: String) -> [String] {
        fields.filter { Self.same($0.name, name) }.map(\.value)
    }

    /// One entry per field, as spelt by the sender: a name that came twice is here twice.
    package var names: [String] { fields.map(\.name) }

    mutating func append(_ name: String, _ value: String) {
        fields.append((name: name, value: value))
    }

    static func same(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
