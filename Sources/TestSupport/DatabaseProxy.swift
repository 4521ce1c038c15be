import Foundation
import Threads

/// A ``TCPProxy`` before a Postgres that can drop answers to COMMIT, and cuts their connections.
package final class DatabaseProxy: Sendable {
    /// The server's URL, with this proxy in its place.
    package let url: String
    private let proxy: TCPProxy
    private let commits = CommitAnswers()
    private let holds = Shared<[TransactionHold]>([])

    /// Listens before the server of a URL.
    package init(before url: String) throws {
        guard var parts = URLComponents(string: url), let port = parts.port.flatMap({ UInt16(exactly: $0) }) else {
            throw TestFailure("the URL names no port")
        }
        proxy = try TCPProxy(to: [port]) { [commits, holds] in
            let tail = Locked<[UInt8]>([])
            let held = Locked<TransactionHold?>(nil)
            var watch = TCPProxy.Watch()
            watch.requests = { bytes in
                if held.withLock({ $0 }) == nil, let hold = holds.withLock({ $0.first { $0.takes(bytes) } }) {
                    held.withLock { $0 = hold }
                }
                return held.withLock { $0 }?.pass(request: bytes) ?? bytes.count
            }
            watch.replies = { bytes in
                let read = tail.withLock { tail in
                    tail = tail.suffix(CommitAnswers.answer.count - 1) + bytes
                    return tail
                }
                if read.firstRange(of: CommitAnswers.answer) != nil { held.withLock { $0 }?.waitBeforeAnswer() }
                return commits.pass(in: read)
            }
            return watch
        }
        parts.host = "127.0.0.1"
        parts.port = Int(proxy.port)
        guard let text = parts.string else { throw TestFailure("the URL cannot be written") }
        self.url = text
    }

    /// How many answers to COMMIT were dropped, each with its connection.
    package var dropped: Int { commits.dropped }

    /// From now on every n-th answer to COMMIT is dropped on its way back, and its connection is cut; nil: none is.
    package func dropCommits(every number: Int?) { commits.drop(every: number) }

    /// Keeps the next transaction back in which the client says the text, which should be short and stand in one piece.
    package func hold(_ text: String, _ place: TransactionHold.Place) -> TransactionHold {
        let hold = TransactionHold(text, place)
        holds.withLock { $0.append(hold) }
        return hold
    }

    /// Cuts all connections, and every new one until ``comeBack()``.
    package func goAway() {
        proxy.set(.refusing)
        proxy.cut()
    }

    package func comeBack() { proxy.set(.passing) }

    /// Cuts everything for good.
    package func close() {
        for hold in holds.withLock({ $0 }) { hold.release() }
        goAway()
    }
}

/// Counts a server's answers to COMMIT and says which are dropped.
private final class CommitAnswers: Sendable {
    private struct State: Sendable {
        /// Every so many are dropped; nil when none is.
        var between: Int?
        var passed = 0
        var dropped = 0
    }

    /// What the server says when a COMMIT is done: CommandComplete with its tag.
    static let answer: [UInt8] = Array("C".utf8) + [0, 0, 0, 11] + Array("COMMIT".utf8) + [0]

    private let state = Locked(State())

    var dropped: Int { state.withLock { $0.dropped } }

    func drop(every number: Int?) {
        state.withLock { state in
            state.between = number
            state.passed = 0
        }
    }

    /// Whether these bytes of a server may reach its client.
    func pass(in bytes: [UInt8]) -> Bool {
        guard bytes.firstRange(of: Self.answer) != nil else { return true }
        return state.withLock { state in
            guard let between = state.between else { return true }
            state.passed += 1
            guard state.passed % between == 0 else { return true }
            state.dropped += 1
            return false
        }
    }
}
