import Store

/// Finds a place for a job in the very commit that makes it wait, where nothing that waits already comes before it.
protocol Placement: Sendable {
    /// Takes a slot; whoever gets a match either commits the assignment or gives the slot up.
    func place(for job: JobRow) -> Match?

    /// Frees the slot of an assignment that did not come about.
    func giveUp(_ match: Match)

    /// The lease of an endpoint turned out to be gone.
    func lose(_ endpoint: String)

    /// Starts the attempt of an assignment that was committed.
    func begin(_ match: Match, as memory: JobMemory)
}

/// For which sources jobs wait, as far as this node knows: no newcomer goes past them.
///
/// A look at the table clears only what was marked before the look began.
struct Backlog: Sendable {
    private var marks: [String: Int] = [:]
    private(set) var count = 0
    /// Until when jobs that were put back may become ready, unseen by a look before.
    private var laterUntil: ContinuousClock.Instant?

    /// Jobs of this source wait.
    mutating func mark(_ source: String) {
        count += 1
        marks[source] = count
    }

    /// A look that began at `count` saw no job of these sources left.
    mutating func clear(_ sources: some Sequence<String>, since count: Int) {
        for source in sources where (marks[source] ?? .max) <= count { marks[source] = nil }
    }

    func holds(_ source: String) -> Bool { marks[source] != nil }

    /// Jobs that were put back become ready until then.
    mutating func expect(until moment: ContinuousClock.Instant) { laterUntil = max(laterUntil ?? moment, moment) }

    /// Whether nothing waits, as far as this node knows: a slot that becomes free need not be offered.
    func isEmpty(at now: ContinuousClock.Instant) -> Bool {
        guard marks.isEmpty else { return false }
        return laterUntil.map { $0 < now } ?? true
    }
}
