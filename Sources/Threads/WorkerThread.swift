import Glibc

/// Starts threads for blocking C calls, which must never stand on the cooperative pool.
package enum WorkerThread {
    /// Runs `body` on a thread of its own that takes no signals; false if the system has no thread left.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let task = Unmanaged.passRetained(ThreadTask(body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<ThreadTask>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, task.toOpaque())
        guard result == 0 else {
            task.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}

private final class ThreadTask: Sendable {
    private let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) { self.body = body }

    func run() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        body()
    }
}
