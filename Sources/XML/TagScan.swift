/// Looks over a text before the parser does, for what costs the parser more than time in proportion to the text: tags
/// with very many attributes, which it compares in pairs.
struct TagScan {
    private let bytes: [UInt8]
    private let limits: XMLLimits
    private var place = 0
    private var line = 1

    init(_ text: String, limits: XMLLimits) {
        bytes = Array(text.utf8)
        self.limits = limits
    }

    mutating func check() throws(XMLError) {
        while place < bytes.count {
            switch bytes[place] {
            case 0: throw XMLError(.syntax, line: line, column: 1, "this line holds the character NUL")
            case UInt8(ascii: "<"): try skipMarkup()
            default: skip(1)
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

    /// Goes to the end of a tag and counts its attributes by their `=`.
    private mutating func skipTag() throws(XMLError) {
        let first = line
        var quote: UInt8?
        var count = 0
        skip(1)
        while place < bytes.count {
            let byte = bytes[place]
            switch (byte, quote) {
            case (0, _), (UInt8(ascii: ">"), nil), (UInt8(ascii: "<"), nil): return
            case (UInt8(ascii: "\""), nil), (UInt8(ascii: "'"), nil): quote = byte
            case (let byte, let open?) where byte == open: quote = nil
            case (UInt8(ascii: "="), nil): count += 1
            default: break
            }
            guard count <= limits.attributes else {
                throw XMLError(
                    .limit, line: first, column: 1,
                    "a tag has more than \(limits.attributes) attributes; no more are read")
            }
            skip(1)
        }
    }

    private func begins(_ mark: String) -> Bool { bytes[place...].starts(with: mark.utf8) }

    private mutating func skip(past mark: String) {
        while place < bytes.count, bytes[place] == 0 || !begins(mark) {
            if bytes[place] == 0 { return }
            skip(1)
        }
        skip(min(mark.utf8.count, bytes.count - place))
    }

    private mutating func skip(_ count: Int) {
        for _ in 0..<count {
            if bytes[place] == UInt8(ascii: "\n") { line += 1 }
            place += 1
        }
    }
}
