/// Something that happens once, such as the end of a thread, and any number of tasks that wait for it.
package final class Latch: Sendable {
    private enum State {
        case pending([Reply<Void>])
        case happened
    }

    private let state = Locked(State.pending([]))

    package init() {}

    package func happen() {
        let waiting = state.withLock { state -> [Reply<Void>] in
            guard case .pending(let replies) = state else { return [] }
            state = .happened
            return replies
        }
        for reply in waiting { reply.resolve(.success(())) }
    }

    /// Returns when it has happened, or at once when the waiting task is cancelled.
    package func wait() async {
        let reply = Reply<Void>()
        let hasHappened = state.withLock { state -> Bool in
            guard case .pending(let replies) = state else { return true }
            state = .pending(replies + [reply])
            return false
        }
        if hasHappened { return }
        // The only failure is the cancellation, which ends the wait.
        try? await reply.value
    }
}
