import JSONValue

/// Spans of time in settings: `250ms`, `90s`, `10m`, `6h`, `3d`, or a number of seconds.
extension Duration: JSONMappable {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    init(json: JSON) throws(ShapeError) {
        let problem = ShapeError("expected a span of time such as 90s, 10m or 6h")
        if let seconds = json.double {
            guard seconds >= 0, seconds <= 1e9 else { throw problem }
            self = .milliseconds(Int64((seconds * 1000).rounded()))
            return
        }
        guard let text = json.string else { throw problem }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = Self.units.first { $0.name == text.dropFirst(digits.count) }
        guard let unit, let count = Int64(digits), count <= 1_000_000_000_000 / unit.milliseconds else { throw problem }
        self = .milliseconds(count * unit.milliseconds)
    }

    /// In the largest unit that says it exactly.
    var json: JSON {
        let milliseconds = microseconds / 1000
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
        guard let unit else { return "0s" }
        return .string("\(milliseconds / unit.milliseconds)\(unit.name)")
    }
}
