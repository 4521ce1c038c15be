import HTTPClient

extension HTTPResponse {
    /// `Retry-After` in seconds, ten minutes at most; nil without one, or where it is a date.
    var pause: Duration? { headers["Retry-After"].flatMap { Int($0) }.map { .seconds(min(max($0, 0), 600)) } }
}
