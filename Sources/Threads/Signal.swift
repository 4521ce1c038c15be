/// Wakes one waiting loop. A signal raised while nobody waits is remembered once, so that none is missed.
package final class Signal: Sendable {
    private struct State: Sendable {
        var isRaised = false
        var waiter: Reply<Void>?
    }

    private let state = Locked(State())

    package init() {}

    package func raise() {
        let waiter = state.withLock { state -> Reply<Void>? in
            guard let waiter = state.waiter else {
                state.isRaised = true
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resolve(.success(()))
    }

    /// Returns when the signal is raised, the time is over or the task is cancelled.
    package func wait(atMost limit: Duration, by time: TimeSource = .system) async {
        let reply = Reply<Void>()
        let isRaised = state.withLock { state in
            defer { state.isRaised = false }
            if !state.isRaised { state.waiter = reply }
            return state.isRaised
        }
        if isRaised { return }
        let timer = Task {
            try await time.sleep(for: limit)
            reply.resolve(.success(()))
        }
        try? await reply.value
        timer.cancel()
        state.withLock { if $0.waiter === reply { $0.waiter = nil } }
    }
}
