import JSONValue

/// The header `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfterHeader {
    /// Nil when there is none, or it says neither.
    static func duration(_ value: String?, now: Timestamp) -> Duration? {
        guard let value else { return nil }
        if let seconds = Int64(value) { return (0...Int64(Int32.max)).contains(seconds) ? .seconds(seconds) : nil }
        return Timestamp(httpDate: value).map { max(.zero, $0 - now) }
    }
}
