import JSONValue

/// The header `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfterHeader {
    /// Nil when there is none, or it says neither.
    static func duration(_ value: String?, now: Timestamp) -> Duration? {
        guard let value else { return nil }
        if let seconds = Int64(value) { return (0...Int64(Int32.max)).contains(seconds) ? .seconds(seconds) : nil }
        return date(value).map { max(.zero, $0 - now) }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Fri, 27 Nov 2026 13:00:00 GMT`; the older forms are not read.
    private static func date(_ text: String) -> Timestamp? {
        let form = /[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) GMT/
        guard let match = text.wholeMatch(of: form), let month = months.firstIndex(of: String(match.2)) else {
            return nil
        }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp("\(match.3)-\(number)-\(match.1)T\(match.4)Z")
    }
}
