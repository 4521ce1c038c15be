import Foundation
import Threads

/// A ``TCPProxy`` before a Postgres that can drop answers to COMMIT, and cuts their connections.
package final class DatabaseProxy: Sendable {
    /// The server's URL, with this proxy in its place.
    package let url: String
    private let proxy: TCPProxy
    private let commits = CommitAnswers()

    /// Listens before the server of a URL.
    package init(before url: String) throws {
        guard var parts = URLComponents(string: url), let port = parts.port.flatMap({ UInt16(exactly: $0) }) else {
            throw TestFailure("the URL names no port")
        }
        proxy = try TCPProxy(to: [port]) { [commits] in
            let tail = Locked<[UInt8]>([])
            return { bytes in
                tail.withLock { tail in
                    tail = tail.suffix(CommitAnswers.answer.count - 1) + bytes
                    return commits.pass(in: tail)
                }
            }
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

    /// Cuts all connections, and every new one until ``comeBack()``.
    package func goAway() {
        proxy.set(.refusing)
        proxy.cut()
    }

    package func comeBack() { proxy.set(.passing) }

    /// Cuts everything for good.
    package func close() { goAway() }
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
