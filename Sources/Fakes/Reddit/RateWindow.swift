/// Counts the requests of one client in windows of a fixed length, as Reddit's headers tell them.
struct RateWindow: Sendable {
    let quota: Int
    let length: Double
    private var start: Double
    private(set) var used = 0

    init(quota: Int, length: Double, now: Double) {
        self.quota = quota
        self.length = length
        start = now
    }

    /// Counts one request; false when the window is spent. `used` goes on rising then.
    mutating func admit(now: Double) -> Bool {
        if now >= start + length {
            start = now
            used = 0
        }
        used += 1
        return used <= quota
    }

    func secondsLeft(now: Double) -> Int { max(1, Int((start + length - now).rounded(.up))) }

    func headers(now: Double) -> [(String, String)] {
        [
            ("x-ratelimit-used", String(used)),
            ("x-ratelimit-remaining", "\(Double(max(0, quota - used)))"),
            ("x-ratelimit-reset", String(secondsLeft(now: now))),
        ]
    }
}
