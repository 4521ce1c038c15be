import Foundation
import Glibc
import Threads

/// A process that a test started: its lines, its signals, its end. It is gone when the test process is, however that
/// ended, and when the last reference goes.
package final class ChildProcess: Sendable {
    package enum Exit: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    /// What becomes of the process when nobody holds it any more or the test process is gone.
    package enum Parting: Sendable {
        /// It is killed with its group; the kernel sees to it if we cannot.
        case killed
        /// Its standard input ends, and it knows what to do then.
        case inputEnds
    }

    package let pid: pid_t
    package let output: LineLog
    package let errors: LineLog
    private let input: Locked<Int32?>
    private let life: Life
    private let parting: Parting

    /// Starts a program; `environment` is set on top of the test's own.
    package static func start(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], folder: String? = nil,
        parting: Parting = .killed
    ) async throws -> ChildProcess {
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // These programs end by becoming the next one in the row, so the pid is that of the last.
        let bound = parting == .killed ? ["setpriv", "--pdeathsig", "KILL", "--"] : []
        let place = folder.map { ["env", "-C", $0] } ?? []
        let started = try await Spawner.start(
            bound + place + [program] + arguments, environment: all.map { "\($0.key)=\($0.value)" })
        return ChildProcess(started, parting: parting)
    }

    /// Starts the built `rejoinder` binary.
    package static func rejoinder(
        _ arguments: [String], environment: [String: String] = [:], folder: String? = nil
    ) async throws -> ChildProcess {
        try await start(Repository.binary, arguments, environment: environment, folder: folder)
    }

    private init(_ started: Spawner.Started, parting: Parting) {
        self.parting = parting
        pid = started.pid
        input = Locked(started.input)
        output = LineLog(descriptor: started.output)
        errors = LineLog(descriptor: started.errors)
        life = Life(pid: started.pid)
    }

    deinit {
        closeInput()
        if parting == .killed { life.signal(SIGKILL, toGroup: true) }
    }

    /// How it ended; nil while it runs.
    package var exit: Exit? { life.exit.withLock { $0 } }
    package var isRunning: Bool { exit == nil }

    /// Sends a signal to the process, with `toGroup` to its children as well. Nothing happens once it has ended.
    package func signal(_ number: Int32, toGroup: Bool = false) { life.signal(number, toGroup: toGroup) }

    /// Ends it as a power failure would, and waits until it is gone.
    package func kill() async throws {
        signal(SIGKILL, toGroup: true)
        try await waitForExit()
    }

    /// Waits for the end.
    @discardableResult package func waitForExit(within limit: Duration = .seconds(30)) async throws -> Exit {
        try await within(limit, "process \(pid)") { [life] in await life.end.wait() }
        guard let exit else { throw TestFailure("the wait for process \(pid) was cancelled") }
        return exit
    }

    package func write(_ line: String) throws {
        let bytes = Array((line + "\n").utf8)
        let count = input.withLock { descriptor in descriptor.map { Glibc.write($0, bytes, bytes.count) } }
        guard count == bytes.count else { throw TestFailure("process \(pid) does not read") }
    }

    package func closeInput() {
        input.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }
}

/// Waits for one process on a thread. The pid is not used once it was waited for: it may be another's by then.
private final class Life: Sendable {
    let exit = Locked<ChildProcess.Exit?>(nil)
    let end = Latch()
    private let pid: pid_t

    init(pid: pid_t) {
        self.pid = pid
        _ = WorkerThread.start { self.watch() }
    }

    func signal(_ number: Int32, toGroup: Bool) {
        exit.withLock { exit in
            if exit == nil { _ = kill(toGroup ? -pid : pid, number) }
        }
    }

    private func watch() {
        var info = siginfo_t()
        // Only looks: the pid stays taken until the lock is held.
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        exit.withLock { exit in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let signal = status & 0x7F
            exit = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
        }
        end.happen()
    }
}
