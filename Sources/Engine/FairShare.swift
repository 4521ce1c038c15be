import Store

/// Lets the communities of a source take turns: one that brings a thousand posts at once delays its own, not those of
/// the others. Within a community jobs go in claim order (``JobRow/claimOrder``).
///
/// Start-time fair queueing (Goyal, Vin, Cheng 1996) with jobs of equal cost: each job of a community has the turn after
/// the one before it, a community that comes back begins at the turn that is now.
struct FairShare: Sendable {
    private struct Turns: Sendable {
        /// The next turn of each community that is ahead of the present one.
        var next: [String: Int] = [:]
        var present = 0

        func next(of community: String) -> Int { max(next[community] ?? 0, present) }
    }

    private var sources: [String: Turns] = [:]

    /// Communities ahead of the present turn that are remembered for each source.
    private static let limit = 10_000

    /// These jobs in the order in which they get slots.
    func order(_ jobs: [JobRow]) -> [JobRow] {
        var ahead: [String: [String: Int]] = [:]
        let placed = jobs.sorted { ($0.claimOrder, $0.key) < ($1.claimOrder, $1.key) }.map { job in
            let turns = sources[job.source] ?? Turns()
            let turn = ahead[job.source]?[job.community] ?? turns.next(of: job.community)
            ahead[job.source, default: [:]][job.community] = turn + 1
            return (turn: turn - turns.present, job: job)
        }
        return placed.sorted {
            ($0.turn, $0.job.claimOrder, $0.job.key) < ($1.turn, $1.job.claimOrder, $1.job.key)
        }.map(\.job)
    }

    /// A job got a slot.
    mutating func gave(_ job: JobRow) {
        var turns = sources[job.source] ?? Turns()
        let turn = turns.next(of: job.community)
        turns.next[job.community] = turn + 1
        turns.present = max(turns.present, turn)
        if turns.next.count > Self.limit { turns.next = turns.next.filter { $0.value > turns.present } }
        sources[job.source] = turns
    }
}
