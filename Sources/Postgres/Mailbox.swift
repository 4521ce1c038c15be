import Glibc

/// The queue before a connection's thread. The one thread takes; any task posts.
///
/// Unchecked: all mutable state is touched with `mutex` held, which the condition needs in its own form.
final class Mailbox: @unchecked Sendable {
    struct Command: Sendable {
        /// Does the work, and returns what tells its caller: called when the command no longer counts as running.
        let run: @Sendable (Session) -> (@Sendable () -> Void)
        /// Called instead of `run` when the mailbox closes first.
        let refuse: @Sendable (PostgresError) -> Void
    }

    /// Callers beyond this are turned away: whoever waits behind so many has waited too long already.
    static let limit = 10_000

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var commands: [Command] = []
    private var head = 0
    /// Commands that wait or run.
    private var pending = 0
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrival, nil)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    var pendingCount: Int { withLock { pending } }

    func post(_ command: Command) throws(PostgresError) {
        let refusal: PostgresError? = withLock {
            if isClosed { return PostgresError(.stopped, "the connection is closed") }
            if pending >= Self.limit { return PostgresError(.unavailable, "too many statements wait") }
            commands.append(command)
            pending += 1
            pthread_cond_signal(arrival)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Blocks until there is a command; nil once the mailbox is closed.
    func next() -> Command? {
        withLock {
            while head == commands.count, !isClosed { pthread_cond_wait(arrival, mutex) }
            if isClosed { return nil }
            defer { advance() }
            return commands[head]
        }
    }

    /// The command that ``next()`` gave is done.
    func finished() { withLock { pending -= 1 } }

    /// Refuses everything that has not begun and ends the thread.
    func close() {
        let refused = withLock {
            isClosed = true
            pthread_cond_broadcast(arrival)
            defer {
                commands = []
                head = 0
            }
            return commands[head...]
        }
        for command in refused { command.refuse(PostgresError(.stopped, "the connection was closed")) }
    }

    private func advance() {
        head += 1
        if head == commands.count || head >= 1024 {
            commands.removeFirst(head)
            head = 0
        }
    }

    private func withLock<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
