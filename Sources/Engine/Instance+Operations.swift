import JSONValue
import Store

extension Instance {
    /// Whether a hold stands on this post; `metadata` says whose, since when and why.
    var isHeld: Bool { state.metadata["held"] != nil }

    /// Numbers of jobs that the chart waits for and nobody has yet, in order.
    var waitingJobs: [Int] { liveJobs.filter { jobs[$0]?.phase == .waiting } }

    /// Numbers of all jobs that the chart waits for, in order.
    var liveJobs: [Int] { jobs.filter { $0.value.phase != .done && isLive($0.key) }.map(\.key).sorted() }

    /// Notes that an operation on many is at this post; false when it was here before. So a slice of an operation that
    /// is worked on twice (its node died, or was thought dead) counts once.
    mutating func begin(_ operation: Int64) -> Bool {
        let known = state.metadata["operations"]?.array ?? []
        guard !known.contains(.int(operation)) else { return false }
        state.metadata["operations"] = .array(known.suffix(Self.rememberedOperations - 1) + [.int(operation)])
        return true
    }

    /// More than may be under way at a time.
    private static let rememberedOperations = 4
}
