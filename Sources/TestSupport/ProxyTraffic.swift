import Glibc
import Threads

/// The connections of a ``TCPProxy`` and what becomes of their bytes. Used by all of its threads.
final class ProxyTraffic: Sendable {
    private struct State: Sendable {
        var mode = TCPProxy.Mode.passing
        var links: [ObjectIdentifier: ProxyLink] = [:]
    }

    private let state = Locked(State())
    private let watch: @Sendable () -> TCPProxy.Watch

    init(watch: @escaping @Sendable () -> TCPProxy.Watch) { self.watch = watch }

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
        let isStarted = WorkerThread.start { [watch] in
            let watch = watch()
            let requests = WorkerThread.start { link.carryRequests(self, watch) }
            if requests { link.carryReplies(self, watch) }
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
    func carryRequests(_ traffic: ProxyTraffic, _ watch: TCPProxy.Watch) {
        carry(from: client, to: server, traffic, pass: watch.requests, judge: { _ in true }, where: { _ in true })
    }

    /// Until the server has said all, or the connection is broken.
    func carryReplies(_ traffic: ProxyTraffic, _ watch: TCPProxy.Watch) {
        carry(
            from: server, to: client, traffic, pass: { $0.count }, judge: watch.replies,
            where: { $0 != .droppingReplies })
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
        from source: LoopbackSocket, to target: LoopbackSocket, _ traffic: ProxyTraffic,
        pass: (ArraySlice<UInt8>) -> Int, judge: TCPProxy.Judge, where isWanted: (TCPProxy.Mode) -> Bool
    ) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while let bytes = source.receive(into: &buffer) {
            // The threads of a proxy look at the mode again and again: simple, and there are few of them.
            while traffic.mode == .holding, !isCut.withLock({ $0 }) { _ = poll(nil, 0, 5) }
            if isCut.withLock({ $0 }) { return }
            guard judge(bytes) else { return cut() }
            if isWanted(traffic.mode), !send(bytes, to: target, pass) { break }
        }
        target.shutDown(SHUT_WR)
    }

    private func send(_ bytes: ArraySlice<UInt8>, to target: LoopbackSocket, _ pass: (ArraySlice<UInt8>) -> Int) -> Bool
    {
        var rest = bytes
        while !rest.isEmpty {
            let count = max(1, min(rest.count, pass(rest)))
            guard target.send(rest.prefix(count)) else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
