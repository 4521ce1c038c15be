import Engine
import JSONValue
import Store
import Threads

/// A process of the service: a real engine, its handle of the store, what it has open at the moment.
///
/// Lives on the simulation's thread.
final class SimulatedNode: @unchecked Sendable {
    let place: Int
    let name: String
    /// Digests of the charts that it has.
    var digests: Set<String>
    var isAlive = true
    var isFrozen = false
    var isDraining = false
    var engine: Engine?
    var running: Task<Void, Never>?
    /// Outside events that it has taken and not answered.
    var openTriggers = 0
    /// Ends the calls that wait for the database when the process dies.
    private var open: [Int: () -> Void] = [:]
    private var nextOpen = 0
    var stream: AsyncStream<WakeUp>.Continuation?

    init(place: Int, name: String, digests: Set<String>) {
        self.place = place
        self.name = name
        self.digests = digests
    }

    func opens(_ end: @escaping () -> Void) -> Int {
        nextOpen += 1
        open[nextOpen] = end
        return nextOpen
    }

    func closes(_ ticket: Int) { open[ticket] = nil }

    /// Ends all that is open, in the order in which it began.
    func endAll() {
        let ends = open.sorted { $0.key < $1.key }.map(\.value)
        open = [:]
        for end in ends { end() }
    }
}
