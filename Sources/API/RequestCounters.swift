import Threads

/// Counts answers by status, for `/metrics`.
package final class RequestCounters: Sendable {
    private let counts = Locked<[Int: Int]>([:])

    package init() {}

    func count(_ status: Int) { counts.withLock { $0[status, default: 0] += 1 } }

    var byStatus: [(status: Int, count: Int)] {
        counts.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }
}
