import JSONValue
import Threads

/// Tells the service how far one job is, and repeats the last word while nothing new is told: a model may think for
/// longer than the service bears silence.
final class ProgressReporter: Sendable {
    private struct State: Sendable {
        var count = 0
        var fraction = 0.0
        var message = ""
        var toldAt: ContinuousClock.Instant
        var isWanted = true
    }

    private let task: ResearchTask
    private let sender: CallbackSender
    private let interval: Duration
    private let time: TimeSource
    private let state: Locked<State>

    init(_ task: ResearchTask, sender: CallbackSender, interval: Duration, time: TimeSource = .system) {
        self.task = task
        self.sender = sender
        self.interval = interval
        self.time = time
        state = Locked(State(toldAt: time.now))
    }

    /// False when the service does not want the job any more.
    func tell(_ fraction: Double, _ message: String) async -> Bool {
        let now = time.now
        let (number, isWanted) = state.withLock { state -> (Int, Bool) in
            state.count += 1
            state.fraction = fraction
            state.message = message
            state.toldAt = now
            return (state.count, state.isWanted)
        }
        guard isWanted else { return false }
        let event = CallbackEvent.progress(
            task, number: number, fraction: fraction, message: message, at: sender.now())
        let isStillWanted = await sender.report(event, task)
        if !isStillWanted { state.withLock { $0.isWanted = false } }
        return isStillWanted
    }

    /// Runs the work with its word repeated. The work is cancelled when nobody wants it any more; then the result is nil.
    func repeating<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value?) async throws -> Value? {
        try await withThrowingTaskGroup(of: Outcome<Value>.self) { group in
            group.addTask { .ended(try await work()) }
            group.addTask {
                do {
                    while try await self.repeatLast() {}
                    return .unwanted
                } catch {
                    // Cancelled: the work is too, and says what it came to.
                    return .silenced
                }
            }
            defer { group.cancelAll() }
            for try await outcome in group {
                switch outcome {
                case .ended(let value): return value
                case .unwanted: return nil
                case .silenced: continue
                }
            }
            return nil
        }
    }

    private enum Outcome<Value: Sendable>: Sendable {
        case ended(Value?)
        case unwanted
        case silenced
    }

    private func repeatLast() async throws -> Bool {
        let next = state.withLock { $0.toldAt }.advanced(by: interval)
        let wait = time.now.duration(to: next)
        guard wait <= .zero else {
            try await time.sleep(for: wait)
            return true
        }
        let (fraction, message) = state.withLock { ($0.fraction, $0.message) }
        return await tell(fraction, message)
    }
}
