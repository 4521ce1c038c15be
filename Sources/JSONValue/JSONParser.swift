extension JSON {
    /// Parses one JSON value that fills the whole text.
    ///
    /// Refused beyond RFC 8259's grammar, because no database stores them or readers disagree about them: NUL and lone
    /// surrogates in strings, invalid UTF-8, duplicate keys, numbers outside a double, depth and size over the limits.
    package static func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSON {
        guard bytes.count <= limits.bytes else {
            throw JSONError(.tooLarge, at: limits.bytes, "the text is longer than \(limits.bytes) bytes")
        }
        var parser = JSONParser(bytes: bytes, maximumDepth: limits.depth)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else {
            throw JSONError(.trailingText, at: parser.position, "expected the end of the text")
        }
        return value
    }

    package static func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// Recursive descent over bytes; one instance parses one text.
struct JSONParser {
    let bytes: [UInt8]
    let maximumDepth: Int
    var position = 0

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth <= maximumDepth else {
            throw JSONError(.tooDeep, at: position, "values are nested deeper than \(maximumDepth)")
        }
        skipSpace()
        guard position < bytes.count else { throw syntax("expected a value") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw syntax("expected a value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        var members = JSONObject()
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipSpace()
            let start = position
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw syntax("expected a key") }
            let key = try string()
            guard members[key] == nil else { throw JSONError(.duplicateKey, at: start, "the key '\(key)' comes twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw syntax("expected ':'") }
            members[key] = try value(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw syntax("expected ',' or '}'") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        var elements: [JSON] = []
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw syntax("expected ',' or ']'") }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let expected = Array(text.description.utf8)
        guard bytes[position...].starts(with: expected) else { throw syntax("expected '\(text)'") }
        position += expected.count
        return value
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    func syntax(_ message: String) -> JSONError { JSONError(.syntax, at: position, message) }
}
