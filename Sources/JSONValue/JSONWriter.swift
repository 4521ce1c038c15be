extension JSON {
    /// The compact text. Members come in insertion order.
    package var text: String { String(decoding: bytes(), as: UTF8.self) }

    /// The compact text with members sorted by key: equal values give equal bytes, whatever order they were built in.
    package var canonicalText: String { String(decoding: bytes(sorted: true), as: UTF8.self) }

    /// Numbers that are not finite, which JSON does not know, are written as null: see ``exactBytes()``.
    package func bytes(sorted: Bool = false) -> [UInt8] {
        var writer = JSONWriter(sorted: sorted)
        writer.write(self)
        return writer.output
    }

    /// The compact text as bytes; nil when it would not be read back equal, because a number is not finite.
    package func exactBytes() -> [UInt8]? {
        var writer = JSONWriter(sorted: false)
        writer.write(self)
        return writer.isExact ? writer.output : nil
    }
}

struct JSONWriter {
    let sorted: Bool
    var output: [UInt8] = []
    private(set) var isExact = true

    init(sorted: Bool) {
        self.sorted = sorted
        output.reserveCapacity(256)
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): append(String(value))
        case .double(let value) where value.isFinite: append("\(value)")
        case .double:
            append("null")
            isExact = false
        case .string(let value): write(value)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        }
    }

    private mutating func write(_ elements: [JSON]) {
        output.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            write(element)
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: JSONObject) {
        output.append(UInt8(ascii: "{"))
        if sorted {
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() { write(member, at: index) }
        } else {
            for (index, member) in members.enumerated() { write(member, at: index) }
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ member: (key: String, value: JSON), at index: Int) {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        write(member.key)
        output.append(UInt8(ascii: ":"))
        write(member.value)
    }

    private mutating func write(_ string: String) {
        output.append(UInt8(ascii: "\""))
        if string.utf8.contains(where: Self.isEscaped) {
            writeEscaped(string)
        } else {
            output.append(contentsOf: string.utf8)
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func writeEscaped(_ string: String) {
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20, 0x7F:
                append("\\u00")
                append(Self.hexadecimal(byte >> 4))
                append(Self.hexadecimal(byte & 15))
            default: output.append(byte)
            }
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> String { String(digit, radix: 16) }

    private mutating func append(_ text: String) { output += text.utf8 }
}
