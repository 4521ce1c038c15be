/// What a site's robots.txt says to us, by RFC 9309: the group that names us, else the one for all; the longest rule that
/// matches; at equal length `Allow`.
package struct RobotsRules: Sendable, Hashable {
    private struct Rule: Sendable, Hashable {
        let allows: Bool
        /// Octets with escapes in one form; `*` and a last `$` have their meaning.
        let pattern: [UInt8]
    }

    private var rules: [Rule] = []
    private let allowsNothing: Bool

    package static let allowAll = RobotsRules(allowsNothing: false)
    package static let allowNothing = RobotsRules(allowsNothing: true)

    /// More than any site needs; the standard asks for half a mebibyte at least.
    package static let byteLimit = 512 * 1024
    private static let ruleLimit = 5000

    private init(allowsNothing: Bool) { self.allowsNothing = allowsNothing }

    /// Reads a file; lines that are no rules say nothing.
    package init(_ bytes: [UInt8], agent: String) {
        allowsNothing = false
        var reader = RobotsReader(agent: agent.lowercased())
        let text = String(decoding: bytes.prefix(Self.byteLimit), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) { reader.take(line) }
        rules = reader.lines.prefix(Self.ruleLimit).map {
            Rule(allows: $0.allows, pattern: Self.normalized($0.path))
        }
    }

    /// Whether a page may be fetched: its path with the query.
    package func allows(_ target: String) -> Bool {
        if allowsNothing { return false }
        let target = Array(Self.normalized(target).prefix(4000))
        if target == Array("/robots.txt".utf8) { return true }
        var best: Rule?
        for rule in rules where Self.matches(rule.pattern, target) {
            if let known = best {
                let isLonger = rule.pattern.count > known.pattern.count
                guard isLonger || (rule.pattern.count == known.pattern.count && rule.allows) else { continue }
            }
            best = rule
        }
        return best?.allows ?? true
    }

    /// Octets that need no escape are not escaped, all others are, with capital digits.
    private static func normalized(_ path: String) -> [UInt8] {
        var out: [UInt8] = []
        var rest = Array(path.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                rest = rest.dropFirst(2)
                out += isUnreserved(value) ? [value] : escape(value)
            } else {
                out += byte >= 0x80 ? escape(byte) : [byte]
            }
        }
        return out
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        Array(("%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)).utf8)
    }

    /// `*` stands for any octets. Looking back to the last `*` only: the time is bounded by the product of the lengths.
    private static func matches(_ pattern: [UInt8], _ target: [UInt8]) -> Bool {
        let isAnchored = pattern.last == UInt8(ascii: "$")
        let pattern = isAnchored ? pattern.dropLast() : pattern[...]
        var (place, index) = (0, 0)
        var star: (index: Int, place: Int)?
        while true {
            if index == pattern.count, !isAnchored || place == target.count { return true }
            if index < pattern.count, pattern[index] == UInt8(ascii: "*") {
                star = (index, place)
                index += 1
            } else if index < pattern.count, place < target.count, pattern[index] == target[place] {
                index += 1
                place += 1
            } else if let last = star, last.place < target.count {
                star = (last.index, last.place + 1)
                index = last.index + 1
                place = last.place + 1
            } else {
                return false
            }
        }
    }
}

/// Finds the lines that are meant for one agent.
private struct RobotsReader {
    let agent: String
    private var own: [(allows: Bool, path: String)] = []
    private var others: [(allows: Bool, path: String)] = []
    private var isNamed = false
    private var names: [String] = []
    private var isInRules = false

    init(agent: String) { self.agent = agent }

    /// The rules of all groups that name the agent, else of all that are for everybody.
    var lines: [(allows: Bool, path: String)] { isNamed ? own : others }

    mutating func take(_ line: Substring) {
        let line = line.prefix { $0 != "#" }
        guard let colon = line.firstIndex(of: ":") else { return }
        let key = Self.trimmed(line[..<colon]).lowercased()
        let value = Self.trimmed(line[line.index(after: colon)...])
        switch key {
        case "user-agent":
            if isInRules { names = [] }
            isInRules = false
            // A version behind the name is let go.
            let name = String(value.prefix { $0.isLetter || $0.isNumber || "-_*".contains($0) }).lowercased()
            names.append(name)
            if name == agent { isNamed = true }
        case "allow", "disallow":
            isInRules = true
            // An empty rule says nothing.
            guard !value.isEmpty else { return }
            let rule = (allows: key == "allow", path: value)
            if names.contains(agent) { own.append(rule) }
            if names.contains("*") { others.append(rule) }
        default: break
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
