/// Numbers as SVG has them: one decimal, no exponent.
enum SVGNumber {
    static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let rest = abs(tenths % 10)
        return (tenths < 0 && tenths > -10 ? "-" : "") + String(tenths / 10) + (rest == 0 ? "" : ".\(rest)")
    }
}

/// A line through points as path data: straight where two lie above or beside each other, else a swing that leaves and
/// arrives upright.
enum SVGPath {
    static func text(_ points: [Point]) -> String {
        guard let first = points.first, points.count > 1 else { return "" }
        var path = "M\(pair(first))"
        for (from, to) in zip(points, points.dropFirst()) where from != to {
            if abs(from.x - to.x) < 0.5 || abs(from.y - to.y) < 0.5 {
                path += "L\(pair(to))"
            } else {
                let middle = (from.y + to.y) / 2
                path += "C\(pair(Point(x: from.x, y: middle))) \(pair(Point(x: to.x, y: middle))) \(pair(to))"
            }
        }
        return path
    }

    private static func pair(_ point: Point) -> String { "\(SVGNumber.text(point.x)) \(SVGNumber.text(point.y))" }
}

/// Texts in XML: names and labels come from charts that anybody may have written.
enum XMLText {
    static func escape(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\t", "\n", "\r": out += " "
            default: out.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return out
    }

    /// XML 1.0 has no control characters, and some non-characters are refused too.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0xFFFE
            && scalar.value != 0xFFFF
    }

    /// A name for `id` and for CSS: letters, digits, `.`, `_` and `-` stay, all else becomes its number.
    static func identifier(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value))
            if isPlain || scalar == "." || scalar == "-" || scalar == "_" {
                out.unicodeScalars.append(scalar)
            } else {
                out += "_x\(String(scalar.value, radix: 16))_"
            }
        }
        return out.isEmpty ? "root" : out
    }
}
