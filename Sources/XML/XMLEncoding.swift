/// From a document's bytes to its text.
enum XMLEncoding {
    static func decode(_ bytes: [UInt8]) throws(XMLError) -> String {
        if bytes.starts(with: [0xFE, 0xFF]) { return try utf16(bytes.dropFirst(2), isBigEndian: true) }
        if bytes.starts(with: [0xFF, 0xFE]) { return try utf16(bytes.dropFirst(2), isBigEndian: false) }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let name = declared(in: body)
        switch name?.lowercased() {
        case nil, "utf-8", "utf8", "us-ascii", "ascii": return try utf8(body)
        case "iso-8859-1", "latin1", "iso_8859-1":
            return String(String.UnicodeScalarView(body.map { Unicode.Scalar($0) }))
        case "utf-16"?, "utf-16le"?, "utf-16be"?:
            throw XMLError(.encoding, line: 1, column: 1, "the document says it is UTF-16, but has no byte order mark")
        default:
            throw XMLError(
                .encoding, line: 1, column: 1,
                "the encoding '\(name ?? "")' is not known; expected UTF-8, UTF-16, US-ASCII or ISO-8859-1")
        }
    }

    private static func utf8(_ bytes: ArraySlice<UInt8>) throws(XMLError) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var valid = bytes.startIndex
        // The line of the first byte that is no UTF-8: lines before it are.
        for end in bytes.indices where bytes[end] == 0x0A {
            guard String(validating: bytes[valid..<end], as: UTF8.self) != nil else { break }
            valid = end + 1
        }
        let line = bytes[..<valid].count { $0 == 0x0A } + 1
        throw XMLError(.encoding, line: line, column: 1, "this line holds bytes that are no UTF-8")
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) throws(XMLError) -> String {
        let bytes = Array(bytes)
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { place in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        guard bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
            throw XMLError(.encoding, line: 1, column: 1, "the document begins as UTF-16 and is not")
        }
        return text
    }

    /// What the XML declaration says, which is ASCII in every encoding that is read here.
    private static func declared(in bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.starts(with: "<?xml".utf8) else { return nil }
        let head = String(decoding: bytes.prefix(256).prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
        return head.firstMatch(of: /\sencoding\s*=\s*["']([^"']*)["']/).map { String($0.1) }
    }
}
