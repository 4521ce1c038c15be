extension JSONParser {
    mutating func number() throws(JSONError) -> JSON {
        let start = position
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        let digits = try self.digits()
        if digits > 1, bytes[position - digits] == UInt8(ascii: "0") { throw syntax("a number begins with 0") }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            _ = try self.digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            _ = try self.digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else {
            throw JSONError(.numberOutOfRange, at: start, "the number is outside the range of a double")
        }
        return .double(value)
    }

    private mutating func digits() throws(JSONError) -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw syntax("expected a digit") }
        return position - start
    }

    mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var run = position
        var text: [UInt8] = []
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                text += bytes[run..<position]
                position += 1
                return try storable(text, start)
            case UInt8(ascii: "\\"):
                text += bytes[run..<position]
                try escape(into: &text)
                run = position
            case 0..<0x20:
                throw syntax("a control character in a string must be escaped")
            default:
                position += 1
            }
        }
        throw JSONError(.syntax, at: start, "the string does not end")
    }

    private func storable(_ text: [UInt8], _ start: Int) throws(JSONError) -> String {
        guard let decoded = String(validating: text, as: UTF8.self) else {
            throw JSONError(.unstorableText, at: start, "the string is not valid UTF-8")
        }
        return decoded
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 1
        guard position < bytes.count else { throw syntax("the escape does not end") }
        let kind = bytes[position]
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(try unicode(start)).utf8)
        default: throw JSONError(.syntax, at: start, "unknown escape")
        }
    }

    private mutating func unicode(_ start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try hex()
        guard first != 0 else { throw JSONError(.unstorableText, at: start, "NUL cannot be stored") }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw JSONError(.unstorableText, at: start, "a lone surrogate cannot be stored")
        }
        let second = try hex()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONError(.unstorableText, at: start, "a lone surrogate cannot be stored") }
        return scalar
    }

    private mutating func hex() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw syntax("expected four hexadecimal digits") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw syntax("expected four hexadecimal digits")
            }
            value = value << 4 + UInt32(digit)
        }
        position += 4
        return value
    }
}
