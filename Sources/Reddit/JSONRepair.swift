import JSONValue

/// Reads bodies in which single texts cannot be stored: one bad title must not hide the 99 others of its page.
enum JSONRepair {
    static let limits = JSONLimits(depth: 200, bytes: 16 << 20)

    static func parse(_ body: [UInt8]) throws(RedditError) -> JSON {
        do {
            return try JSON.parse(body, limits: limits)
        } catch  where error.code == .unstorableText {
            do { return try JSON.parse(repaired(body), limits: limits) } catch { throw Self.error(error) }
        } catch {
            throw Self.error(error)
        }
    }

    private static func error(_ error: JSONError) -> RedditError { RedditError(.notJSON, "\(error)") }

    /// Escapes of NUL and of lone surrogates become U+FFFD; bytes that are no UTF-8 do as well.
    static func repaired(_ body: [UInt8]) -> [UInt8] {
        let text = Array(String(decoding: body, as: UTF8.self).utf8)
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            guard text[at] == UInt8(ascii: "\\"), at + 1 < text.count else {
                out.append(text[at])
                at += 1
                continue
            }
            let length = escapeLength(text, at)
            let isBad = length == 6 && isUnstorable(unit(text, at))
            out += isBad ? Array("\\ufffd".utf8) : Array(text[at..<at + length])
            at += length
        }
        return out
    }

    /// 2, 6, or 12 for a surrogate pair.
    private static func escapeLength(_ text: [UInt8], _ at: Int) -> Int {
        guard let first = unit(text, at) else { return 2 }
        guard (0xD800...0xDBFF).contains(first), let second = unit(text, at + 6), (0xDC00...0xDFFF).contains(second)
        else { return 6 }
        return 12
    }

    private static func isUnstorable(_ unit: UInt16?) -> Bool {
        guard let unit else { return false }
        return unit == 0 || (0xD800...0xDFFF).contains(unit)
    }

    /// The code unit of `\uXXXX` at this place.
    private static func unit(_ text: [UInt8], _ at: Int) -> UInt16? {
        guard at + 6 <= text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt16(String(decoding: text[at + 2..<at + 6], as: UTF8.self), radix: 16)
    }
}
