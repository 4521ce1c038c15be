import ArgumentParser

/// Work with charts.
struct ChartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chart", abstract: "Checks, draws, runs, explores, replays and migrates charts.",
        subcommands: [
            ChartCheckCommand.self,
            ChartDrawCommand.self,
            ChartRunCommand.self,
            ChartExploreCommand.self,
            ChartReplayCommand.self,
            ChartMigrateCommand.self,
            ChartSchemaCommand.self,
        ])
}
