/// One answer for one waiting task. The first ``resolve(_:)`` wins, whether it comes before or after the wait.
package final class Reply<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Value, any Error>)
        case resolved(Result<Value, any Error>)
    }

    private let state = Locked(State.open)

    package init() {}

    /// The answer. Cancelling the waiting task answers with `CancellationError` at once.
    package var value: Value {
        get async throws {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { wait($0) }
            } onCancel: {
                resolve(.failure(CancellationError()))
            }
        }
    }

    package var isResolved: Bool {
        state.withLock { if case .resolved = $0 { true } else { false } }
    }

    package func resolve(_ result: Result<Value, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .resolved: return nil
            case .open: state = .resolved(result); return nil
            case .waiting(let waiter): state = .resolved(result); return waiter
            }
        }
        waiter?.resume(with: result)
    }

    private func wait(_ continuation: CheckedContinuation<Value, any Error>) {
        let early = state.withLock { state -> Result<Value, any Error>? in
            switch state {
            case .resolved(let result): return result
            case .open: state = .waiting(continuation); return nil
            case .waiting: preconditionFailure("a reply has one waiter")
            }
        }
        if let early { continuation.resume(with: early) }
    }
}
