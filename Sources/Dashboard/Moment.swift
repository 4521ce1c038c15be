import JSONValue

/// A moment as pages show it: whole for machines and as a hint, to the second in the text.
enum Moment {
    static func values(_ time: Timestamp) -> [String: Any] {
        let full = time.description
        // 2026-11-25T00:46:01.112Z: the day, a space, and the time to the second.
        let short = full.prefix(19).map { $0 == "T" ? " " : String($0) }.joined()
        return ["full": full, "short": short]
    }
}
