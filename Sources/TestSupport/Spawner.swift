import Glibc
import Threads

/// Starts processes from one thread that lives as long as the test process.
///
/// The kernel ends a child with `PR_SET_PDEATHSIG` when the *thread* that made it ends, and threads of the
/// cooperative pool come and go. That only one thread makes pipes also keeps each pipe in its own child.
enum Spawner {
    private static let jobs = Locked<[@Sendable () -> Void]>([])
    private static let wake = WakePipe()
    private static let isRunning = WorkerThread.start {
        while true {
            var entry = pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, 1000)
            wake.clear()
            let taken = jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            for job in taken { job() }
        }
    }

    /// What a started process is reached by; the descriptors belong to the caller.
    struct Started: Sendable {
        let pid: pid_t
        let input: Int32
        let output: Int32
        let errors: Int32
    }

    static func start(_ command: [String], environment: [String]) async throws -> Started {
        guard isRunning else { throw TestFailure("no thread to start processes from") }
        let reply = Reply<Started>()
        jobs.withLock {
            $0.append { reply.resolve(Result { try spawn(command, environment: environment) }) }
        }
        wake.wake()
        return try await reply.value
    }

    private static func spawn(_ command: [String], environment: [String]) throws -> Started {
        let pipes = try (0..<3).map { _ in try makePipe() }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0].reader, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1].writer, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[2].writer, 2)
        var attributes = posix_spawnattr_t()
        defer { posix_spawnattr_destroy(&attributes) }
        prepare(&attributes)
        var pid = pid_t()
        let result = withCStrings(command) { words in
            withCStrings(environment) { environment in
                posix_spawnp(&pid, command[0], &actions, &attributes, words, environment)
            }
        }
        close(pipes[0].reader)
        close(pipes[1].writer)
        close(pipes[2].writer)
        guard result == 0 else {
            for descriptor in [pipes[0].writer, pipes[1].reader, pipes[2].reader] { close(descriptor) }
            throw TestFailure("cannot start \(command): errno \(result)")
        }
        return Started(pid: pid, input: pipes[0].writer, output: pipes[1].reader, errors: pipes[2].reader)
    }

    /// A group of its own, so that it can be ended with its children, and no signal blocked or ignored.
    private static func prepare(_ attributes: inout posix_spawnattr_t) {
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private static func makePipe() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TestFailure("no pipe: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func withCStrings<R>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        let copies = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("the array holds at least its end") }
            return body(base)
        }
    }
}
