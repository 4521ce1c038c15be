import JSONValue
import Statechart

/// How moments and spans are read and written.
extension GuardTime {
    /// RFC 3339 with a date that exists; finer than microseconds is cut off.
    static func moment(_ text: String) throws(ExpressionError) -> Timestamp? {
        let bytes = Array(text.utf8.prefix(40))
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes[17] < UInt8(ascii: "6"),
            let moment = Timestamp(text)
        else { return nil }
        let (year, month, day) = (number(bytes[0..<4]), number(bytes[5..<7]), number(bytes[8..<10]))
        let date = CivilDate(year: year, month: month, day: day)
        guard CivilDate(day: date.dayNumber).day == day else { return nil }
        return try checked(moment: moment.microseconds)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64 {
        digits.reduce(0) { $0 * 10 + Int64($1) - 0x30 }
    }

    /// Numbers with units, such as `1h30m`, `-1.5s` or `250ms`; or ISO 8601 (`PT10M`). Finer than microseconds is cut
    /// off.
    static func span(_ text: String) throws(ExpressionError) -> Int64? {
        if text.hasPrefix("P") { return ChartDuration.parse(text)?.microseconds }
        var reader = SpanReader(text)
        guard let nanoseconds = reader.nanoseconds() else { return nil }
        guard let microseconds = Int64(exactly: nanoseconds / 1000) else {
            throw ExpressionError("the duration is longer than 315576000000s")
        }
        return try checked(span: microseconds)
    }

    /// Seconds, with as many digits behind the point as are needed.
    static func text(ofSpan span: Int64) -> String {
        let (seconds, micros) = span.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var fraction = String(String(1_000_000 + micros).dropFirst())
        while fraction.last == "0" { fraction.removeLast() }
        return "\(span < 0 ? "-" : "")\(seconds)\(fraction.isEmpty ? "" : ".")\(fraction)s"
    }
}

/// Reads a sequence of decimal numbers with units of time.
private struct SpanReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8.prefix(200)) }

    mutating func nanoseconds() -> Int128? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        if Array(bytes[position...]) == Array("0".utf8) { return 0 }
        var total: Int128 = 0
        repeat {
            guard let part = part() else { return nil }
            total += part
        } while position < bytes.count
        return isNegative ? -total : total
    }

    private mutating func part() -> Int128? {
        let whole = digits()
        let fraction = take(".") ? digits() : []
        guard whole.count + fraction.count > 0, whole.count <= 18, fraction.count <= 18, let unit = unit() else {
            return nil
        }
        var value = whole.reduce(Int128(0)) { $0 * 10 + Int128($1) } * unit
        var scale = unit
        for digit in fraction {
            scale /= 10
            value += scale * Int128(digit)
        }
        return value
    }

    private mutating func digits() -> [UInt8] {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return bytes[start..<position].map { $0 - 0x30 }
    }

    private mutating func unit() -> Int128? {
        let units: [(String, Int128)] = [
            ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
            ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ]
        return units.first { take($0.0) }?.1
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }
}
