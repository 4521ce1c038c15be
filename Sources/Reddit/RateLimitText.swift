/// How long a `RATELIMIT` answer asks an account to wait.
enum RateLimitText {
    /// When neither a number nor a text says it.
    static let fallback = Duration.seconds(600)
    static let longest = Duration.seconds(86_400)

    /// `exact` is `json.ratelimit`, in seconds, when the answer has it. The message is localised at times: "…try again
    /// in 9 minutes.", "…for 14 minutes…", "…9m27s…", "…202 milliseconds…".
    static func wait(exact: Double?, message: String) -> Duration {
        let number = exact.flatMap { $0 >= 0 && $0 <= 86_400 ? Duration.seconds($0) : nil }
        guard let wait = [number, told(message)].compactMap(\.self).max() else { return fallback }
        return min(max(wait, .seconds(1)), longest)
    }

    /// The sum of all numbers with a unit, and one of the smallest unit more: the texts round down.
    private static func told(_ message: String) -> Duration? {
        var sum: Duration?
        var smallest = Duration.seconds(3600)
        for match in message.lowercased().matches(of: /([0-9]{1,5}) ?([a-z]+?)(?=[^a-z]|$)/) {
            guard let count = Int(match.output.1), let unit = unit(match.output.2) else { continue }
            sum = (sum ?? .zero) + unit * count
            smallest = min(smallest, unit)
        }
        return sum.map { $0 + smallest }
    }

    /// By the beginning of the word, which is the same in several languages.
    private static func unit(_ name: Substring) -> Duration? {
        if name == "ms" || name.hasPrefix("milli") { return .milliseconds(1) }
        if name == "m" || name.hasPrefix("min") { return .seconds(60) }
        if name == "s" || name.hasPrefix("sec") || name.hasPrefix("sek") { return .seconds(1) }
        if name == "h" || name.hasPrefix("hour") || name.hasPrefix("stund") { return .seconds(3600) }
        return nil
    }
}
