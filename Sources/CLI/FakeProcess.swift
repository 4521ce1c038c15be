import Foundation

/// A fake that runs as a process of its own and ends with this one: its standard input closes when we are gone.
final class FakeProcess {
    let url: String
    private let process: Process
    private let input: Pipe

    /// Starts this very binary as a fake and waits for the line that says where it listens.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["fake"] + arguments + ["--until-input-closes"]
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("REJOINDER_") }
            .merging(environment) { _, new in new }
        input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        url = try Self.url(output.fileHandleForReading)
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }

    private static func url(_ output: FileHandle) throws -> String {
        var line = ""
        while !line.contains("\n") {
            let data = output.availableData
            guard !data.isEmpty else { throw FakeFailure(description: "a fake ended before it listened") }
            line += String(decoding: data, as: UTF8.self)
        }
        guard let start = line.range(of: "http://") else { throw FakeFailure(description: "a fake said \(line)") }
        return String(line[start.lowerBound...].prefix { !$0.isNewline })
    }
}

struct FakeFailure: Error, CustomStringConvertible { let description: String }
