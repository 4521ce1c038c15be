import TestSupport

/// The binary run to its end.
struct Command {
    let exit: ChildProcess.Exit
    let output: String
    let errors: String

    static func run(
        _ arguments: [String], environment: [String: String] = [:], folder: String,
        input: [String] = [], within limit: Duration = .seconds(30)
    ) async throws -> Command {
        let process = try await ChildProcess.rejoinder(arguments, environment: environment, folder: folder)
        for line in input { try process.write(line) }
        process.closeInput()
        let exit = try await process.waitForExit(within: limit)
        try await eventually("the output has ended") { process.output.isOver && process.errors.isOver }
        return Command(exit: exit, output: process.output.text, errors: process.errors.text)
    }
}
