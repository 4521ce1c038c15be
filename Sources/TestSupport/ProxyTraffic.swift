import Glibc
import Threads

/// The connections of a ``TCPProxy`` and what becomes of their bytes. Used by all of its threads.
final class ProxyTraffic: Sendable {
    private struct State: Sendable {
        var mode = TCPProxy.Mode.passing
        var links: [ObjectIdentifier: ProxyLink] = [:]
    }

    private let state = Locked(State())
    private let judge: @Sendable () -> TCPProxy.Judge

    init(judge: @escaping @Sendable () -> TCPProxy.Judge) { self.judge = judge }

    var mode: TCPProxy.Mode { state.withLock { $0.mode } }
    var connections: Int { state.withLock { $0.links.count } }

    func set(_ mode: TCPProxy.Mode) { state.withLock { $0.mode = mode } }

    func cut() {
        for link in state.withLock({ Array($0.links.values) }) { link.cut() }
    }

    /// Connects the client to the first of these that listens.
    func take(_ client: LoopbackSocket, to targets: [UInt16]) {
        guard mode != .refusing, let server = targets.lazy.compactMap(LoopbackSocket.connected(to:)).first else {
            return
        }
        let link = ProxyLink(client: client, server: server)
        state.withLock { $0.links[ObjectIdentifier(link)] = link }
        // Taken while the others were being cut.
        if mode == .refusing { link.cut() }
        let isStarted = WorkerThread.start { [judge] in
            let requests = WorkerThread.start { link.carryRequests(self) }
            if requests { link.carryReplies(self, judge()) }
            link.end()
            self.state.withLock { _ = $0.links.removeValue(forKey: ObjectIdentifier(link)) }
        }
        if !isStarted { state.withLock { _ = $0.links.removeValue(forKey: ObjectIdentifier(link)) } }
    }
}

/// One connection through a proxy: both of its sockets.
final class ProxyLink: Sendable {
    private let client: LoopbackSocket
    private let server: LoopbackSocket
    private let isCut = Locked(false)

    init(client: LoopbackSocket, server: LoopbackSocket) {
        self.client = client
        self.server = server
        for socket in [client, server] { socket.sendAtOnce() }
    }

    /// Until the client has said all, or the connection is broken.
    func carryRequests(_ traffic: ProxyTraffic) {
        carry(from: client, to: server, traffic, judge: { _ in true }, where: { _ in true })
    }

    /// Until the server has said all, or the connection is broken.
    func carryReplies(_ traffic: ProxyTraffic, _ judge: TCPProxy.Judge) {
        carry(from: server, to: client, traffic, judge: judge, where: { $0 != .droppingReplies })
    }

    /// The server has said all: nobody waits for the client any more.
    func end() {
        for socket in [client, server] { socket.shutDown(SHUT_RD) }
    }

    /// Breaks it: both sides hear that the connection is gone once both threads have let go of it.
    func cut() {
        let isFirst = isCut.withLock { isCut in
            defer { isCut = true }
            return !isCut
        }
        guard isFirst else { return }
        for socket in [client, server] { socket.resetWhenClosed() }
        end()
    }

    private func carry(
        from source: LoopbackSocket, to target: LoopbackSocket, _ traffic: ProxyTraffic, judge: TCPProxy.Judge,
        where isWanted: (TCPProxy.Mode) -> Bool
    ) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while let bytes = source.receive(into: &buffer) {
            // The threads of a proxy look at the mode again and again: simple, and there are few of them.
            while traffic.mode == .holding, !isCut.withLock({ $0 }) { _ = poll(nil, 0, 5) }
            if isCut.withLock({ $0 }) { return }
            guard judge(bytes) else { return cut() }
            if isWanted(traffic.mode), !target.send(bytes) { break }
        }
        target.shutDown(SHUT_WR)
    }
}
