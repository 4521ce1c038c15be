/// Which attempts run and which are done. A value: the shell asks it under a lock.
struct RunLedger: Sendable {
    enum Verdict: Sendable, Hashable {
        /// It is new, and there is room.
        case begin
        /// It runs or is done: the same answer and no second run.
        case known
        /// The same key came with another question.
        case conflict
        /// As many run as may.
        case full
    }

    private let limit: Int
    private var running: [String: String] = [:]
    private var done: [String: String] = [:]
    /// Keys of `done`, the oldest first.
    private var order: [String] = []
    private(set) var isClosing = false

    /// Ends that are remembered, so that a late repetition of their start begins nothing.
    private static let memory = 10_000

    init(limit: Int) { self.limit = limit }

    var runningCount: Int { running.count }

    mutating func take(_ key: String, digest: String) -> Verdict {
        if let known = running[key] ?? done[key] { return known == digest ? .known : .conflict }
        guard !isClosing, running.count < limit else { return .full }
        running[key] = digest
        return .begin
    }

    /// An end that could not be delivered is forgotten: the same start again runs anew.
    mutating func end(_ key: String, isDelivered: Bool) {
        guard let digest = running.removeValue(forKey: key), isDelivered else { return }
        done[key] = digest
        order.append(key)
        if order.count > Self.memory { done[order.removeFirst()] = nil }
    }

    mutating func close() { isClosing = true }
}
