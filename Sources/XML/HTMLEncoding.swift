internal import CXML

/// From a page's bytes to its text.
package enum HTMLEncoding {
    /// A byte order mark counts first, then the charset of the response's header, then what the page says of itself;
    /// then bytes that are UTF-8 are, and all others are windows-1252. Bytes that have no meaning become U+FFFD.
    package static func decode(_ bytes: [UInt8], charset: String? = nil) -> String {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), isBigEndian: true) }
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), isBigEndian: false) }
        if let name = charset.flatMap(known), let text = decode(bytes, as: name) { return text }
        // A page that could say so in ASCII is not UTF-16.
        if let name = declared(in: bytes).flatMap(known),
            let text = decode(bytes, as: name.hasPrefix("utf-16") ? "utf-8" : name)
        {
            return text
        }
        return String(validating: bytes, as: UTF8.self) ?? windows1252(bytes)
    }

    /// The charset in a `Content-Type` or in a page's `meta`.
    package static func charset(in contentType: String) -> String? {
        contentType.firstMatch(of: /(?i)charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)/).map { String($0.1) }
    }

    private static func declared(in bytes: [UInt8]) -> String? {
        let head = String(decoding: bytes.prefix(4096).map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
        return head.firstMatch(of: /(?i)<meta[^>]{0,500}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)/).map {
            String($0.1)
        }
            ?? head.firstMatch(of: /^<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']+)/).map { String($0.1) }
    }

    /// Labels as the web has them, and the names that iconv knows. Others are as good as none: no stateful encodings
    /// but one are converted.
    private static func known(_ label: String) -> String? {
        let label = label.lowercased()
        switch label {
        case "utf-8", "utf8", "unicode-1-1-utf-8": return "utf-8"
        case "ascii", "us-ascii", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1", "windows-1252", "cp1252",
            "x-cp1252":
            return "windows-1252"
        case "utf-16", "utf-16le": return "utf-16le"
        case "utf-16be": return "utf-16be"
        case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji": return "CP932"
        case "euc-jp", "x-euc-jp": return "EUC-JP"
        case "iso-2022-jp": return "ISO-2022-JP"
        case "euc-kr", "ks_c_5601-1987", "korean", "windows-949": return "CP949"
        case "gb2312", "gbk", "gb18030", "x-gbk", "chinese": return "GB18030"
        case "big5", "big5-hkscs", "x-x-big5": return "BIG5-HKSCS"
        case "koi8-r", "koi8", "koi": return "KOI8-R"
        case "koi8-u", "koi8-ru": return "KOI8-U"
        case "ibm866", "cp866": return "CP866"
        case "macintosh", "mac": return "MACINTOSH"
        case "windows-874", "tis-620", "iso-8859-11": return "CP874"
        default:
            if let part = label.wholeMatch(of: /(?:windows-|x-cp|cp)(125[0-8])/) { return "CP\(part.1)" }
            return label.wholeMatch(of: /iso[-_]?8859-(2|3|4|5|6|7|8|9|10|13|14|15|16)(?:-[ie])?/)
                .map { "ISO-8859-\($0.1)" }
        }
    }

    private static func decode(_ bytes: [UInt8], as name: String) -> String? {
        switch name {
        case "utf-8": String(decoding: bytes, as: UTF8.self)
        case "utf-16le": utf16(bytes[...], isBigEndian: false)
        case "utf-16be": utf16(bytes[...], isBigEndian: true)
        case "windows-1252": windows1252(bytes)
        default: Converter(from: name)?.text(bytes)
        }
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String {
        let bytes = Array(bytes)
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { place in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        return String(decoding: units, as: UTF16.self)
    }

    private static func windows1252(_ bytes: [UInt8]) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            scalars.append((0x80...0x9F).contains(byte) ? upper[Int(byte) - 0x80] : Unicode.Scalar(byte))
        }
        return String(scalars)
    }

    /// 0x80 to 0x9F; five bytes that mean nothing stay what they are.
    private static let upper = Array(
        "\u{20AC}\u{81}\u{201A}\u{192}\u{201E}\u{2026}\u{2020}\u{2021}\u{2C6}\u{2030}\u{160}\u{2039}\u{152}\u{8D}\u{17D}\u{8F}\u{90}\u{2018}\u{2019}\u{201C}\u{201D}\u{2022}\u{2013}\u{2014}\u{2DC}\u{2122}\u{161}\u{203A}\u{153}\u{9D}\u{17E}\u{178}"
            .unicodeScalars)
}

/// Owns an `iconv_t` that makes UTF-8.
private struct Converter: ~Copyable {
    private let raw: iconv_t

    init?(from name: String) {
        guard let raw = c_iconv_open("UTF-8", name) else { return nil }
        self.raw = raw
    }

    deinit { iconv_close(raw) }

    func text(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 2)
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        var input = bytes.map { CChar(bitPattern: $0) }
        input.withUnsafeMutableBufferPointer { input in
            var from = input.baseAddress
            var left = input.count
            while left > 0 {
                let before = left
                buffer.withUnsafeMutableBufferPointer { buffer in
                    var to = buffer.baseAddress
                    var room = buffer.count
                    _ = iconv(raw, &from, &left, &to, &room)
                    out += buffer.prefix(buffer.count - room).map { UInt8(bitPattern: $0) }
                    guard left > 0, room == buffer.count, left == before else { return }
                    // Nothing went in and nothing came out: the next byte has no meaning.
                    out += [0xEF, 0xBF, 0xBD]
                    from = from?.advanced(by: 1)
                    left -= 1
                }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
