/// A request target taken apart.
struct Target {
    let path: Substring
    private let rawQuery: Substring?

    init(_ target: String) {
        let local = Self.withoutAuthority(target[...])
        let mark = local.firstIndex(of: "?")
        path = local[..<(mark ?? local.endIndex)]
        rawQuery = mark.map { local[local.index(after: $0)...] }
    }

    var query: [(name: String, value: String)] {
        guard let rawQuery else { return [] }
        return rawQuery.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: Self.decoded(parts[0]), value: parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    /// RFC 9112: a server must accept the absolute form, although only proxies are sent it.
    private static func withoutAuthority(_ target: Substring) -> Substring {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return target }
        return target[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" }.map { target[$0...] } ?? "/"
    }

    /// Percent-decoded; what is no escape stays as it is.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(0x20)
            } else if byte == UInt8(ascii: "%"), let value = escape(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escape(_ digits: Substring.UTF8View.SubSequence) -> UInt8? {
        guard digits.count == 2, let high = digits.first.flatMap(hex), let low = digits.last.flatMap(hex) else {
            return nil
        }
        return high << 4 | low
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
