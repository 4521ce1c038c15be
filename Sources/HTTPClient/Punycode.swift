/// Names of hosts in other letters than ASCII's, in the form in which they are looked up (RFC 3492). libcurl has it too,
/// but only where the process's locale is UTF-8.
enum Punycode {
    /// A URL with its host in that form; others stay as they are.
    static func url(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "//") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#\\".contains($0) }
        let isOther = authority.utf8.contains { $0 >= 0x80 } && authority.utf8.count <= 1000
        guard isOther, !authority.contains("@") else { return text }
        return text[..<scheme.upperBound] + host(authority) + rest[authority.endIndex...]
    }

    /// Each label by itself; full stops of other scripts are dots.
    private static func host(_ host: Substring) -> String {
        host.lowercased().split(omittingEmptySubsequences: false) { ".。．｡".contains($0) }.map { label in
            label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : "xn--" + encoded(label)
        }.joined(separator: ".")
    }

    private static let (base, least, most, skew, damp) = (36, 1, 26, 38, 700)

    private static func encoded(_ label: Substring) -> String {
        let scalars = label.unicodeScalars.map { Int($0.value) }
        var out = label.unicodeScalars.filter(\.isASCII).map(Character.init)
        let plain = out.count
        if plain > 0 { out.append("-") }
        var (number, delta, bias, handled) = (128, 0, 72, plain)
        while handled < scalars.count, let next = scalars.filter({ $0 >= number }).min() {
            delta += (next - number) * (handled + 1)
            number = next
            for scalar in scalars {
                if scalar < number { delta += 1 }
                guard scalar == number else { continue }
                out += digits(delta, bias)
                bias = adapted(delta, count: handled + 1, isFirst: handled == plain)
                delta = 0
                handled += 1
            }
            delta += 1
            number += 1
        }
        return String(out)
    }

    /// A number of variable length, the smallest digit first.
    private static func digits(_ delta: Int, _ bias: Int) -> [Character] {
        var out: [Character] = []
        var rest = delta
        var place = base
        while true {
            let threshold = min(max(place - bias, least), most)
            if rest < threshold { return out + [digit(rest)] }
            out.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            place += base
        }
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var steps = 0
        while delta > (base - least) * most / 2 {
            delta /= base - least
            steps += base
        }
        return steps + (base - least + 1) * delta / (delta + skew)
    }

    private static func digit(_ value: Int) -> Character {
        Character(Unicode.Scalar(UInt8(value < 26 ? 97 + value : 22 + value)))
    }
}
