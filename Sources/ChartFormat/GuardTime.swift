import JSONValue
import Statechart

/// Moments and spans of time: their bounds, their arithmetic, their parts. All in microseconds.
enum GuardTime {
    /// The years 1 to 9999, as CEL has them.
    private static let moments: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    /// About ten thousand years either way, as CEL has them.
    private static let longest: Int64 = 315_576_000_000_000_000

    static func checked(moment: Int64) throws(ExpressionError) -> Timestamp {
        guard moments.contains(moment) else { throw ExpressionError("the timestamp is outside the years 1 to 9999") }
        return Timestamp(microseconds: moment)
    }

    static func checked(span: Int64) throws(ExpressionError) -> Int64 {
        guard (-longest...longest).contains(span) else {
            throw ExpressionError("the duration is longer than 315576000000s")
        }
        return span
    }

    /// Sums and differences; nil for what has no meaning. Neither can overflow: both kinds are far inside 64 bits.
    static func apply(
        _ operation: GuardSyntax.Binary, _ left: GuardValue, _ right: GuardValue
    ) throws(ExpressionError) -> GuardValue? {
        switch (left, operation, right) {
        case (.timestamp(let moment), .plus, .duration(let span)), (.duration(let span), .plus, .timestamp(let moment)):
            .timestamp(try sum(moment, span))
        case (.timestamp(let moment), .minus, .duration(let span)):
            .timestamp(try sum(moment, -span))
        case (.timestamp(let later), .minus, .timestamp(let earlier)):
            .duration(
                try checked(
                    span: GuardArithmetic.integer(.minus, later.microseconds, earlier.microseconds)))
        case (.duration(let left), .plus, .duration(let right)): .duration(try checked(span: left + right))
        case (.duration(let left), .minus, .duration(let right)): .duration(try checked(span: left - right))
        default: nil
        }
    }

    private static func sum(_ moment: Timestamp, _ span: Int64) throws(ExpressionError) -> Timestamp {
        try checked(moment: GuardArithmetic.integer(.plus, moment.microseconds, span))
    }
}

/// The parts that the `get…` methods ask for.
extension GuardTime {
    enum Field: String, CaseIterable {
        case getFullYear, getMonth, getDate, getDayOfMonth, getDayOfWeek, getDayOfYear
        case getHours, getMinutes, getSeconds, getMilliseconds

        var isOfDay: Bool {
            switch self {
            case .getHours, .getMinutes, .getSeconds, .getMilliseconds: true
            default: false
            }
        }
    }

    /// A part of a moment on a clock that is so many seconds ahead of UTC.
    static func field(_ field: Field, of moment: Timestamp, offset: Int64) -> Int64 {
        let (second, micro) = floored(moment.microseconds, 1_000_000)
        let (day, time) = floored(second + offset, 86_400)
        switch field {
        case .getHours: return time / 3600
        case .getMinutes: return time / 60 % 60
        case .getSeconds: return time % 60
        case .getMilliseconds: return micro / 1000
        // 1970 began on a Thursday.
        case .getDayOfWeek: return floored(day + 4, 7).remainder
        default: break
        }
        let date = CivilDate(day: day)
        switch field {
        case .getFullYear: return date.year
        case .getMonth: return date.month - 1
        case .getDate: return date.day
        case .getDayOfMonth: return date.day - 1
        default: return day - CivilDate(year: date.year, month: 1, day: 1).dayNumber
        }
    }

    /// The whole span in hours, minutes or seconds; its milliseconds beyond the last whole second.
    static func field(_ field: Field, of span: Int64) throws(ExpressionError) -> Int64 {
        switch field {
        case .getHours: span / 3_600_000_000
        case .getMinutes: span / 60_000_000
        case .getSeconds: span / 1_000_000
        case .getMilliseconds: span % 1_000_000 / 1000
        default: throw ExpressionError("a duration has no '\(field.rawValue)'")
        }
    }

    static func floored(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// Seconds ahead of UTC: `UTC`, or `+01:00`, `-09:30`, `02:00`. Named zones change by decree and are not known.
    static func offset(_ zone: String) -> Int64? {
        if zone == "UTC" { return 0 }
        var digits = Array(zone.utf8)
        let isWest = digits.first == UInt8(ascii: "-")
        if isWest || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard digits.count == 5, digits[2] == UInt8(ascii: ":") else { return nil }
        digits.remove(at: 2)
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let numbers = digits.map { Int64($0) - 0x30 }
        let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        guard hours <= 14, minutes < 60 else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
