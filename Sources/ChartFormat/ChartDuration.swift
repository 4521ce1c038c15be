/// Spans of time as charts write them: `250ms`, `1.5s`, or ISO 8601 (`PT10M`, `P2D`, `P1DT12H`).
enum ChartDuration {
    /// A century bounds them, so that no sum of a moment and a span overflows.
    private static let longest: Int64 = 100 * 366 * 86_400 * 1_000_000

    static func parse(_ text: String) -> Duration? {
        guard text.utf8.count <= 40 else { return nil }
        guard let microseconds = simple(text) ?? iso(text), (0...longest).contains(microseconds) else { return nil }
        return .microseconds(microseconds)
    }

    private static func simple(_ text: String) -> Int64? {
        guard let match = text.wholeMatch(of: /(\d{1,12})(?:\.(\d{1,6}))?(ms|s)/)?.output else { return nil }
        return scaled(match.1, match.2, by: match.3 == "ms" ? 1000 : 1_000_000)
    }

    private static func iso(_ text: String) -> Int64? {
        let form =
            /P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.(\d{1,6}))?S)?)?/
        guard let match = text.wholeMatch(of: form)?.output, text.last != "T", text.utf8.count > 1 else { return nil }
        let parts: [(Substring?, Int64)] = [
            (match.1, 604_800_000_000), (match.2, 86_400_000_000), (match.3, 3_600_000_000), (match.4, 60_000_000),
        ]
        var total = match.5.flatMap { scaled($0, match.6, by: 1_000_000) } ?? 0
        for (digits, scale) in parts { total += (digits.flatMap { Int64($0) } ?? 0) * scale }
        return total
    }

    private static func scaled(_ whole: Substring, _ fraction: Substring?, by scale: Int64) -> Int64? {
        guard let number = Int64(whole) else { return nil }
        var digits = Int64(fraction.map { $0 + String(repeating: "0", count: 6 - $0.count) } ?? "0") ?? 0
        digits = digits * scale / 1_000_000
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product + digits
    }
}
