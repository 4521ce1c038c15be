import Foundation
import Glibc
import Threads

/// Stands between a client and a Postgres, and cuts connections as a test says. Two threads for each connection.
package final class DatabaseProxy: Sendable {
    private struct State: Sendable {
        var links: [Int: ProxyLink] = [:]
        var number = 0
        var isAway = false
        var isClosed = false
        /// Answers to COMMIT between two that are dropped; nil when none is.
        var between: Int?
        var passed = 0
        var dropped = 0
    }

    package let url: String
    private let listener: Int32
    private let port: UInt16
    private let state = Locked(State())

    /// Listens before the server of a URL.
    package init(before url: String) throws {
        guard var parts = URLComponents(string: url), let port = parts.port else {
            throw TestFailure("the URL names no port")
        }
        let (listener, own) = try ProxySocket.listen()
        parts.host = "127.0.0.1"
        parts.port = Int(own)
        guard let text = parts.string else { throw TestFailure("the URL cannot be written") }
        self.url = text
        self.listener = listener
        self.port = UInt16(port)
        guard WorkerThread.start({ [self] in accept() }) else { throw TestFailure("no thread") }
    }

    /// How many answers to COMMIT were dropped, each with its connection.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// From now on every n-th answer to COMMIT is dropped on its way back, and its connection is cut; nil: none is.
    package func dropCommits(every number: Int?) {
        state.withLock { state in
            state.between = number
            state.passed = 0
        }
    }

    /// Cuts all connections, and every new one until ``comeBack()``.
    package func goAway() {
        let links = state.withLock { state in
            state.isAway = true
            return Array(state.links.values)
        }
        for link in links { link.cut() }
    }

    package func comeBack() { state.withLock { $0.isAway = false } }

    package func close() {
        state.withLock { $0.isClosed = true }
        goAway()
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0, !state.withLock({ $0.isClosed }) else { break }
            guard !state.withLock({ $0.isAway }), let server = ProxySocket.connect(port) else {
                Glibc.close(client)
                continue
            }
            serve(ProxyLink(client: client, server: server))
        }
        Glibc.close(listener)
    }

    private func serve(_ link: ProxyLink) {
        let (number, isAway) = state.withLock { state in
            state.number += 1
            state.links[state.number] = link
            return (state.number, state.isAway)
        }
        if isAway { link.cut() }
        let end: @Sendable () -> Void = { [self] in
            link.cut()
            if link.endHalf() { state.withLock { $0.links[number] = nil } }
        }
        _ = WorkerThread.start {
            ProxySocket.carry(from: link.client, to: link.server) { _ in true }
            end()
        }
        _ = WorkerThread.start { [self] in
            var tail: [UInt8] = []
            ProxySocket.carry(from: link.server, to: link.client) { bytes in
                tail = tail.suffix(Self.answer.count - 1) + bytes
                return !(holdsAnswer(tail) && isToBeDropped())
            }
            end()
        }
    }

    /// What the server says when a COMMIT is done: CommandComplete with its tag.
    private static let answer: [UInt8] = Array("C".utf8) + [0, 0, 0, 11] + Array("COMMIT".utf8) + [0]

    private func holdsAnswer(_ bytes: [UInt8]) -> Bool { bytes.firstRange(of: Self.answer) != nil }

    private func isToBeDropped() -> Bool {
        state.withLock { state in
            guard let between = state.between else { return false }
            state.passed += 1
            guard state.passed % between == 0 else { return false }
            state.dropped += 1
            return true
        }
    }
}
