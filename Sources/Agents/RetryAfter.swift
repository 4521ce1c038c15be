import FoundationEssentials
import HTTPClient
import JSONValue

/// How long an endpoint asks to be left alone, from the headers in which providers say it, bounded by ten minutes.
enum RetryAfter {
    private static let longest = 600.0

    /// In this order: milliseconds, `Retry-After` in seconds or as a date, a proxy's word for its provider, and when the
    /// window of a limit begins anew that has nothing left. Nil when none is there; what is there and cannot be read counts
    /// as a minute.
    static func duration(_ headers: HTTPHeaders, now: Double = Date().timeIntervalSince1970) -> Duration? {
        if let milliseconds = headers["retry-after-ms"].flatMap(Double.init), milliseconds >= 0 {
            return bounded(milliseconds / 1000)
        }
        for name in ["Retry-After", "llm_provider-retry-after"] {
            guard let value = headers[name] else { continue }
            return bounded(seconds(value, now: now) ?? 60)
        }
        let resets = ["requests", "tokens"].compactMap { kind -> Double? in
            guard headers["x-ratelimit-remaining-\(kind)"] == "0" else { return nil }
            return headers["x-ratelimit-reset-\(kind)"].flatMap(goDuration)
        }
        return resets.max().map(bounded)
    }

    private static func bounded(_ seconds: Double) -> Duration {
        .seconds(seconds.isNaN ? 60 : min(max(0, seconds), longest))
    }

    /// Seconds, or the time until an HTTP-date (RFC 9110, section 5.6.7). A date that has passed is now.
    private static func seconds(_ text: String, now: Double) -> Double? {
        let text = text.trimmed
        if let seconds = Double(text) { return seconds >= 0 ? seconds : nil }
        return Timestamp(httpDate: text).map { max(0, $0.seconds - now) }
    }

    /// Go's form of a duration: `1s`, `6m0s`, `1m2.5s`, `120ms`.
    static func goDuration(_ text: String) -> Double? {
        let units = ["ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0]
        var (sum, number, unit) = (0.0, "", "")
        var isRead = false
        func add() -> Bool {
            guard let value = Double(number), let factor = units[unit] else { return false }
            sum += value * factor
            (number, unit, isRead) = ("", "", true)
            return true
        }
        for character in text {
            if character.isNumber || character == "." {
                if !unit.isEmpty, !add() { return nil }
                number.append(character)
            } else {
                unit.append(character)
            }
        }
        return (number.isEmpty && unit.isEmpty) || add() ? (isRead ? sum : nil) : nil
    }
}

extension String {
    fileprivate var trimmed: Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let start = drop(while: isSpace)
        return start[..<(start.lastIndex { !isSpace($0) }.map { start.index(after: $0) } ?? start.startIndex)]
    }
}
