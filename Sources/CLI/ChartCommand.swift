import ArgumentParser

/// Work with charts.
struct ChartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chart", abstract: "Checks charts, and describes their format.",
        subcommands: [
            ChartCheckCommand.self,
            ChartSchemaCommand.self,
        ])
}
