import Foundation
import Store
import Threads

/// Sends prepared callbacks over many connections, a thread each.
struct CallbackRun: Sendable {
    struct Figures: Sendable {
        var seconds = 0.0
        var latencies: [Duration] = []
        var statuses: [Int: Int] = [:]
        /// When each post's callback was due.
        var moments: [(post: PostID, moment: ContinuousClock.Instant)] = []
    }

    let callbacks: [PreparedCallback]
    /// Nil: as fast as they are answered.
    let perSecond: Double?
    let port: UInt16

    /// Blocks until all are answered.
    func measure(connections: Int) throws -> Figures {
        let figures = Shared(Figures())
        let next = Shared(0)
        let group = DispatchGroup()
        let began = ContinuousClock.now + .milliseconds(50)
        for _ in 0..<connections {
            group.enter()
            let isStarted = WorkerThread.start { [self] in
                work(since: began, next: next, into: figures)
                group.leave()
            }
            guard isStarted else { throw BenchError("no thread for a connection") }
        }
        group.wait()
        figures.withLock { $0.seconds = (ContinuousClock.now - began) / .seconds(1) }
        return figures.value
    }

    private func work(since began: ContinuousClock.Instant, next: Shared<Int>, into figures: Shared<Figures>) {
        var own = Figures()
        if let connection = try? PlainConnection(port: port) {
            while true {
                let index = next.withLock { index -> Int in
                    defer { index += 1 }
                    return index
                }
                guard index < callbacks.count else { break }
                let due = perSecond.map { began + .seconds(Double(index) / $0) } ?? max(began, ContinuousClock.now)
                let wait = (due - ContinuousClock.now) / .seconds(1)
                if wait > 0 { Thread.sleep(forTimeInterval: wait) }
                let status = connection.exchange(callbacks[index].request)
                own.latencies.append(ContinuousClock.now - due)
                own.statuses[status, default: 0] += 1
                own.moments.append((callbacks[index].post, due))
            }
        }
        let done = own
        figures.withLock { all in
            all.latencies += done.latencies
            all.statuses.merge(done.statuses, uniquingKeysWith: +)
            all.moments += done.moments
        }
    }
}
