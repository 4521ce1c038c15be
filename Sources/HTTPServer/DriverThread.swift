import Glibc

/// Starts a thread that takes no signals. It runs until its body returns; nobody joins it.
func startThread(_ body: @escaping @Sendable () -> Void) throws(HTTPServerError) {
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
        throw HTTPServerError(code: .other, errno: result, operation: "pthread_create")
    }
    pthread_detach(thread)
}

private final class ThreadTask: Sendable {
    private let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    func run() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        body()
    }
}
