/// Looks over a text before the parser does, for what costs the parser more than time in proportion to the text: tags
/// with very many attributes, which it compares in pairs. The bytes are lent for one call.
struct TagScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: XMLLimits
    private var place = 0

    /// Why the parser should not see these bytes.
    static func problem(in bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits) -> XMLError? {
        var scan = TagScan(bytes, limits: limits)
        do throws(XMLError) {
            try scan.check()
            return nil
        } catch {
            return error
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func check() throws(XMLError) {
        while place < bytes.count {
            switch bytes[place] {
            case 0: throw failure(.syntax, at: place, "this line holds the character NUL")
            case UInt8(ascii: "<"): try skipMarkup()
            default: place += 1
            }
        }
    }

    private mutating func skipMarkup() throws(XMLError) {
        if begins("<!--") {
            skip(past: "-->")
        } else if begins("<![CDATA[") {
            skip(past: "]]>")
        } else if begins("<?") {
            skip(past: "?>")
        } else {
            try skipTag()
        }
    }

    /// Goes to the end of a tag and counts its attributes by their `=`. Stops before NUL, and before a `<` that may not
    /// be there.
    private mutating func skipTag() throws(XMLError) {
        let start = place
        var quote: UInt8?
        var count = 0
        place += 1
        while place < bytes.count {
            let byte = bytes[place]
            if byte == 0 { return }
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "<") {
                return
            } else if byte == UInt8(ascii: "=") {
                count += 1
            }
            guard count <= limits.attributes else {
                throw failure(
                    .limit, at: start, "a tag has more than \(limits.attributes) attributes; no more are read")
            }
            place += 1
        }
    }

    private func begins(_ mark: StaticString) -> Bool {
        guard bytes.count - place >= mark.utf8CodeUnitCount else { return false }
        for offset in 0..<mark.utf8CodeUnitCount where bytes[place + offset] != mark.utf8Start[offset] { return false }
        return true
    }

    /// Stops before NUL as well.
    private mutating func skip(past mark: StaticString) {
        while place < bytes.count, bytes[place] != 0 {
            if bytes[place] == mark.utf8Start[0], begins(mark) {
                place += mark.utf8CodeUnitCount
                return
            }
            place += 1
        }
    }

    private func failure(_ code: XMLError.Code, at place: Int, _ message: String) -> XMLError {
        let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
        return XMLError(code, line: line, column: 1, message)
    }
}
