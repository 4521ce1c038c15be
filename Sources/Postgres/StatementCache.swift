/// Which statements the server has prepared in this session, by their text.
struct StatementCache {
    /// Beyond this many, the least recently used are given up.
    static let limit = 256

    private var entries: [String: (name: String, lastUse: UInt64)] = [:]
    private var clock: UInt64 = 0

    /// The name under which the server knows the text.
    mutating func name(of text: String) -> String? {
        clock += 1
        guard let name = entries[text]?.name else { return nil }
        entries[text] = (name, clock)
        return name
    }

    /// A name never given before in this session.
    mutating func freshName() -> String {
        clock += 1
        return "s\(clock)"
    }

    mutating func insert(_ text: String, name: String) {
        clock += 1
        entries[text] = (name, clock)
    }

    /// Takes out what is too much, a quarter of the limit more than needed; returns the names for the server to forget.
    mutating func evict() -> [String] {
        guard entries.count > Self.limit else { return [] }
        let surplus = entries.count - Self.limit + Self.limit / 4
        let oldest = entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(surplus)
        for (text, _) in oldest { entries[text] = nil }
        return oldest.map(\.value.name)
    }

    mutating func removeAll() { entries = [:] }
}
