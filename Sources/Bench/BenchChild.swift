import Foundation
import JSONValue
import Threads

/// A process of this binary that is asked by lines and answers by lines of JSON. It ends with its standard input.
final class BenchChild: Sendable {
    private let process: Shared<Process>
    private let input: FileHandle
    private let output: FileHandle

    init(arguments: [String]) throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.input = input.fileHandleForWriting
        self.output = output.fileHandleForReading
        self.process = Shared(process)
    }

    /// The next line of the child's output.
    func answer() async throws -> JSON {
        let reply = Reply<String>()
        let output = output
        // Blocks until the line is there, so not on the cooperative pool.
        let isStarted = WorkerThread.start {
            var line: [UInt8] = []
            while let byte = try? output.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
            reply.resolve(.success(String(decoding: line, as: UTF8.self)))
        }
        guard isStarted else { throw BenchError("no thread to wait for an answer") }
        let text = try await reply.value
        guard let value = try? JSON.parse(text) else { throw BenchError("the agent answered '\(text)'") }
        return value
    }

    func ask(_ command: String) async throws -> JSON {
        try input.write(contentsOf: Data((command + "\n").utf8))
        return try await answer()
    }

    func stop() {
        try? input.close()
        process.withLock { $0.waitUntilExit() }
    }
}
