import Foundation
import Glibc
import TestSupport
import Testing

/// The tests' own tools: what they promise when things go wrong.
@Suite struct TestSupportTests {
    @Test func `a manual clock wakes who is due and nobody else`() async throws {
        let clock = ManualClock()
        let early = Task { try await clock.sleep(for: .seconds(5)) }
        let late = Task { try await clock.sleep(for: .seconds(10)) }
        try await clock.waitForSleepers(2)
        clock.advance(by: .seconds(5))
        try await early.value
        try await clock.waitForSleepers(1)
        late.cancel()
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(clock.now.offset == .seconds(5))
    }

    @Test func `a child's lines, code and signals are seen`() async throws {
        let child = try await ChildProcess.start(
            "sh", ["-c", "echo \"$WORD in $PWD\"; read line; echo \"got $line\" >&2; printf end; exit 3"],
            environment: ["WORD": "here"], folder: "/usr")
        #expect(try await child.output.line(containing: "here") == "here in /usr")
        #expect(child.isRunning)
        try child.write("that")
        #expect(try await child.errors.line(containing: "got") == "got that")
        #expect(try await child.waitForExit() == .code(3))
        #expect(try await child.output.line(containing: "end") == "end")
        // Long gone: no other process may be hit.
        child.signal(SIGKILL)
    }

    @Test func `a child and its children are killed together`() async throws {
        let child = try await ChildProcess.start("sh", ["-c", "sleep 1000 & echo $!; wait"])
        let line = try await child.output.line { _ in true }
        let grandchild = try #require(pid_t(line))
        try await child.kill()
        #expect(child.exit == .signal(SIGKILL))
        try await eventually("the grandchild's end") { !isRunning(grandchild) }
    }

    @Test func `a signal that a child handles reaches it`() async throws {
        let child = try await ChildProcess.start(
            "bash", ["-c", "trap 'echo bye; exit 0' TERM; echo ready; while :; do read -rt 0.05 _ <> <(:) || :; done"])
        try await child.output.line(containing: "ready")
        child.signal(SIGTERM)
        try await child.output.line(containing: "bye")
        #expect(try await child.waitForExit() == .code(0))
    }

    @Test func `a line that never comes is told with what came instead`() async throws {
        let child = try await ChildProcess.start("echo", ["something else"])
        let error = await #expect(throws: TestFailure.self) { try await child.output.line(containing: "awaited") }
        #expect(error?.description.contains("something else") == true)
    }

    @Test func `a program that does not exist is an error`() async throws {
        await #expect(throws: (any Error).self) {
            let child = try await ChildProcess.start("/nowhere/at/all", parting: .inputEnds)
            try await child.output.line { _ in true }
        }
    }

    @Test func `a temporary folder goes with its last reference`() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(folder?.path)
        try folder?.write("text", to: "a/b.txt")
        #expect(FileManager.default.fileExists(atPath: path + "/a/b.txt"))
        folder = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `work that takes too long fails by name`() async {
        let clock = ManualClock()
        let error = await #expect(throws: TestFailure.self) {
            try await within(.milliseconds(20), "the sleeper") { try await clock.sleep(for: .seconds(1)) }
        }
        #expect(error?.description.contains("the sleeper") == true)
    }

    @Test func `each schema and database is another's neighbour, not its own`() async throws {
        let urls = try await [
            PrivatePostgres.makeSchema(), PrivatePostgres.makeSchema(), PrivatePostgres.makeDatabase(),
        ]
        #expect(Set(urls).count == 3)
    }

    private func isRunning(_ pid: pid_t) -> Bool {
        // A zombie that nobody has waited for yet has an empty command line.
        (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8))?.isEmpty == false
    }
}
