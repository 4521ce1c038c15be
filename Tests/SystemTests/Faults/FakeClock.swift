import Foundation
import Glibc
import JSONValue
import TestSupport

/// The wall clock of processes that are started with its environment, by libfaketime. The monotonic clock stays as it is.
struct FakeClock: Sendable {
    /// libfaketime moves the due times of every timerfd by the offset, also of those on the monotonic clock, which stays
    /// as it is: Swift's waits would end early or late by the jump. This one goes to the kernel as it was meant.
    private static let timers = """
        #include <sys/syscall.h>
        #include <sys/timerfd.h>
        #include <unistd.h>
        int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
        { return syscall(SYS_timerfd_settime, fd, flags, new, old); }
        """

    private let file: String
    private let timers: String

    static func make(in folder: TemporaryFolder) async throws -> FakeClock {
        let file = try folder.write("+0", to: "clock")
        let timers = folder.file("timers.so")
        let source = try folder.write(Self.timers, to: "timers.c")
        let compiler = try await ChildProcess.start("clang", ["-shared", "-fPIC", "-o", timers, source])
        guard try await compiler.waitForExit() == .code(0) else { throw TestFailure(compiler.errors.text) }
        return FakeClock(file: file, timers: timers)
    }

    var environment: [String: String] {
        [
            "LD_PRELOAD": "\(timers):/usr/lib/\(Self.machine)-linux-gnu/faketime/libfaketimeMT.so.1",
            "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        ]
    }

    /// The same for the processes of a private Postgres, which belong to another user.
    var serverEnvironment: [String: String] {
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ["PRIVATE_POSTGRES_ENVIRONMENT": variables.joined(separator: " ")]
    }

    private static var machine: String {
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Seconds added to the true time.
    func set(_ offset: String) throws { try Data(offset.utf8).write(to: URL(filePath: file)) }

    /// How the log writes the hour that it is by this clock.
    func day(_ offset: String) -> String {
        Timestamp(seconds: Date().timeIntervalSince1970 + (Double(offset) ?? 0)).description.prefix(13).description
    }
}
