/// What a write's operations on timers come to, taken together: so that a database can apply them at once and not in
/// order.
package struct TimerFates: Sendable {
    /// What stands under a name in the end.
    private enum Content: Hashable {
        case nothing
        case new(occurrence: Int, delay: Int64)
        /// The timer that stood under this name before the write.
        case former(String)
    }

    /// Timers that go: those that are cleared, and those that another takes the place of.
    package private(set) var gone: [String] = []
    /// Timers that only change their names. Both lists of names are apart from each other; a new name may be one that
    /// is gone or moved away.
    package private(set) var moved: [(name: String, to: String)] = []
    package private(set) var set: [(name: String, occurrence: Int, delay: Int64)] = []

    package init(_ writes: [TimerWrite]) {
        var contents: [String: Content] = [:]
        for write in writes {
            switch write {
            case .set(let name, let occurrence, let delay): contents[name] = .new(occurrence: occurrence, delay: delay)
            case .clear(let name): contents[name] = .nothing
            case .move(let name, let target):
                let content = contents[name] ?? .former(name)
                contents[name] = .nothing
                contents[target] = content
            }
        }
        var kept: Set<String> = []
        for (name, content) in contents.sorted(by: { $0.key < $1.key }) {
            switch content {
            case .nothing: break
            case .new(let occurrence, let delay): set.append((name, occurrence, delay))
            case .former(let former):
                kept.insert(former)
                if former != name { moved.append((former, name)) }
            }
        }
        // One that is set anew stands where it stood: the write of the new one replaces it.
        let replaced = Set(set.map(\.name))
        gone = contents.keys.filter { !kept.contains($0) && !replaced.contains($0) }.sorted()
    }
}
