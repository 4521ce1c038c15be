/// Writes HTML anew before the parser sees it: tags in one form with the few attributes that say something about text,
/// no comments, no scripts. What is left can neither confuse the parser about where a tag ends nor keep it busy for
/// longer than the text is long. One pass over bytes that are lent for one call.
struct HTMLScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var out: [UInt8] = []
    private var hasTitle = false

    private static let attributeLimit = 12
    private static let valueLimit = 2000
    private static let kept: Set<String> = [
        "role", "hidden", "aria-hidden", "style", "name", "property", "content", "http-equiv", "charset", "datetime",
        "lang", "itemprop", "rel",
    ]
    /// What they hold is no text of the page.
    private static let skipped: Set<String> = [
        "script", "style", "iframe", "noembed", "noframes", "xmp", "textarea", "template", "svg", "math", "object",
    ]

    static func cleaned(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var scan = HTMLScan(bytes: bytes)
        scan.out.reserveCapacity(bytes.count)
        scan.run()
        return scan.out
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func run() {
        while let byte = at(place) {
            switch byte {
            case 0: place += 1
            case UInt8(ascii: "<"): markup()
            default:
                out.append(byte)
                place += 1
            }
        }
    }

    private mutating func markup() {
        guard let next = at(place + 1) else {
            place += 1
            return
        }
        if next == UInt8(ascii: "!"), at(place + 2) == UInt8(ascii: "-"), at(place + 3) == UInt8(ascii: "-") {
            place += 4
            skip(past: Array("-->".utf8))
        } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
            skip(past: [UInt8(ascii: ">")])
        } else if next == UInt8(ascii: "/"), let letter = at(place + 2), Self.isLetter(letter) {
            place += 2
            let name = self.name()
            skip(past: [UInt8(ascii: ">")])
            out += Array("</\(name)>".utf8)
        } else if Self.isLetter(next) {
            place += 1
            tag()
        } else {
            out += Array("&lt;".utf8)
            place += 1
        }
    }

    private mutating func tag() {
        let name = self.name()
        var text = "<\(name)"
        var count = 0
        while let (attribute, value) = attribute() {
            guard count < Self.attributeLimit, Self.kept.contains(attribute), value.count <= Self.valueLimit else {
                continue
            }
            count += 1
            text += " \(attribute)=\"\(Self.escaped(value))\""
        }
        if Self.skipped.contains(name) { return skipContent(of: name) }
        if name == "title" { return title() }
        out += Array((text + ">").utf8)
    }

    /// The next attribute of a tag; nil at its end, which is then behind us.
    private mutating func attribute() -> (String, [UInt8])? {
        while let byte = at(place), Self.isBlank(byte) || byte == UInt8(ascii: "/") || byte == 0 { place += 1 }
        guard let first = at(place) else { return nil }
        guard first != UInt8(ascii: ">") else {
            place += 1
            return nil
        }
        let start = place
        place += 1
        while let byte = at(place), !Self.isBlank(byte), !"/>=".utf8.contains(byte) { place += 1 }
        let name = String(decoding: bytes[start..<min(place, start + 40)], as: UTF8.self).lowercased()
        skipBlanks()
        guard at(place) == UInt8(ascii: "=") else { return (name, []) }
        place += 1
        skipBlanks()
        return (name, value())
    }

    private mutating func value() -> [UInt8] {
        guard let first = at(place) else { return [] }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            place += 1
            let start = place
            while let byte = at(place), byte != first { place += 1 }
            defer { place = min(place + 1, bytes.count) }
            return Array(bytes[start..<min(place, start + Self.valueLimit + 1)])
        }
        let start = place
        while let byte = at(place), !Self.isBlank(byte), byte != UInt8(ascii: ">") { place += 1 }
        return Array(bytes[start..<min(place, start + Self.valueLimit + 1)])
    }

    /// The first title's text, in which tags are characters; any later one is no text of the page.
    private mutating func title() {
        let start = place
        skipContent(of: "title")
        guard !hasTitle else { return }
        hasTitle = true
        let end = bytes[start..<place].firstIndex(of: UInt8(ascii: "<")) ?? place
        out += Array("<title>".utf8) + bytes[start..<end].filter { $0 != 0 } + Array("</title>".utf8)
    }

    /// Goes past the end tag, or to the end of the text when there is none.
    private mutating func skipContent(of name: String) {
        let name = Array(name.utf8)
        while let byte = at(place) {
            place += 1
            guard byte == UInt8(ascii: "<"), at(place) == UInt8(ascii: "/"), begins(name, at: place + 1) else {
                continue
            }
            place += 1 + name.count
            return skip(past: [UInt8(ascii: ">")])
        }
    }

    private func begins(_ name: [UInt8], at start: Int) -> Bool {
        guard start + name.count <= bytes.count else { return false }
        return name.indices.allSatisfy { Self.lowered(bytes[start + $0]) == name[$0] }
    }

    private mutating func name() -> String {
        let start = place
        while let byte = at(place), Self.isLetter(byte) || (48...57).contains(byte) || "-_:.".utf8.contains(byte) {
            place += 1
        }
        return String(decoding: bytes[start..<min(place, start + 40)].map(Self.lowered), as: UTF8.self)
    }

    private mutating func skip(past mark: [UInt8]) {
        while place < bytes.count {
            if bytes[place...].starts(with: mark) {
                place += mark.count
                return
            }
            place += 1
        }
    }

    private mutating func skipBlanks() {
        while let byte = at(place), Self.isBlank(byte) { place += 1 }
    }

    private func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private static func escaped(_ value: [UInt8]) -> String {
        var out = ""
        for scalar in String(decoding: value, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": out += "&quot;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\0": break
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(lowered(byte)) }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
