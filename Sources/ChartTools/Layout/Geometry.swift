/// A place in a picture: to the right and downwards, in pixels.
struct Point: Hashable {
    var x: Double
    var y: Double

    static func + (left: Point, right: Point) -> Point { Point(x: left.x + right.x, y: left.y + right.y) }
}

struct Size: Hashable {
    var width: Double
    var height: Double
}

struct Box: Hashable {
    var origin: Point
    var size: Size

    var right: Double { origin.x + size.width }
    var bottom: Double { origin.y + size.height }

    func moved(by offset: Point) -> Box { Box(origin: origin + offset, size: size) }
}

/// How much room texts take. Small texts are set in a monospaced face, so that code lines up and widths are known.
enum TextMeasure {
    static let nameSize = 13.0
    static let lineSize = 11.0
    static let lineHeight = 15.0
    /// Characters before a label breaks.
    static let labelWidth = 30
    static let labelLines = 5

    static func name(_ text: String) -> Double { units(text) * 8.3 }
    static func line(_ text: String) -> Double { units(text) * 6.7 }

    /// Characters, wide ones of East Asian scripts and emoji twice.
    private static func units(_ text: String) -> Double {
        text.unicodeScalars.reduce(0) { sum, scalar in
            if scalar.properties.canonicalCombiningClass != .notReordered { return sum }
            return sum + (scalar.value >= 0x1100 && !(0x2000...0x2BFF).contains(scalar.value) ? 2 : 1)
        }
    }

    /// Pieces of a label as lines of a bounded length; what is left out ends in `…`.
    static func wrap(_ parts: [String], width: Int = labelWidth, limit: Int = labelLines) -> [String] {
        var lines: [String] = []
        for part in parts {
            if let last = lines.last, last.count + part.count < width {
                lines[lines.count - 1] = last + " " + part
            } else {
                lines += fold(part, width)
            }
        }
        guard lines.count > limit else { return lines }
        return lines.prefix(limit - 1) + [(lines[limit - 1] + "…").shortened(to: width + 1)]
    }

    private static func fold(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            if !line.isEmpty, line.count + word.count >= width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
            while line.count > width {
                lines.append(String(line.prefix(width)))
                line = String(line.dropFirst(width))
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
