import Threads

/// Lets one request at a time go to each host, and none before the time that the host asked for.
final class HostTurns: Sendable {
    private struct Host: Sendable {
        var isBusy = false
        var waiting: [Reply<Void>] = []
        var notBefore: ContinuousClock.Instant?
    }

    private let hosts = Locked<[String: Host]>([:])
    private let time: TimeSource

    init(time: TimeSource) { self.time = time }

    /// Runs the work when it is this caller's turn. Throws `CancellationError` when the task is cancelled while it waits.
    func withTurn<Value: Sendable>(
        at host: String, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await take(host)
        defer { leave(host) }
        return try await work()
    }

    /// The host wants no request for so long.
    func rest(_ host: String, for duration: Duration) {
        let moment = time.now.advanced(by: duration)
        hosts.withLock { $0[host, default: Host()].notBefore = moment }
    }

    func isResting(_ host: String) -> Bool {
        let now = time.now
        return hosts.withLock { ($0[host]?.notBefore).map { $0 > now } ?? false }
    }

    private func take(_ host: String) async throws {
        let reply = Reply<Void>()
        let isMine = hosts.withLock { hosts -> Bool in
            var entry = hosts[host] ?? Host()
            defer { hosts[host] = entry }
            if entry.isBusy {
                entry.waiting.append(reply)
                return false
            }
            entry.isBusy = true
            return true
        }
        if isMine { return }
        do {
            try await reply.value
        } catch {
            // Either the place in the queue goes, or the turn was given to us at the same moment and goes on.
            let isQueued = hosts.withLock { hosts -> Bool in
                let before = hosts[host]?.waiting.count ?? 0
                hosts[host]?.waiting.removeAll { $0 === reply }
                return (hosts[host]?.waiting.count ?? 0) < before
            }
            if !isQueued { leave(host) }
            throw error
        }
    }

    private func leave(_ host: String) {
        let now = time.now
        let next = hosts.withLock { hosts -> Reply<Void>? in
            guard var entry = hosts[host] else { return nil }
            let next = entry.waiting.isEmpty ? nil : entry.waiting.removeFirst()
            entry.isBusy = next != nil
            let isResting = entry.notBefore.map { $0 > now } ?? false
            hosts[host] = entry.isBusy || isResting ? entry : nil
            return next
        }
        next?.resolve(.success(()))
    }
}
