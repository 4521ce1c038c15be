import ArgumentParser
import Service

/// The command line. Exit codes: 0 done; 1 the answer is no (a broken chart, a signature that does not fit, a failed
/// request); 2 the service or its database cannot be reached; 64 wrong usage; 78 wrong settings.
package struct RejoinderCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rejoinder",
        abstract:
            "Runs every Reddit post as a durable statechart: claims found, researched, answered, posted, watched.",
        discussion: """
            Start with 'rejoinder demo': a whole service with made-up posts and built-in agents, on this machine only.
            Exit codes: 0 done, 1 the answer is no, 2 the service or its database cannot be reached, 64 wrong usage,
            78 wrong settings.
            """,
        version: Composition.version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, AgentCommand.self, FakeCommand.self, ChartCommand.self,
            PostsCommand.self,
            BulkCommand.self, HoldCommand.self, ReleaseCommand.self, HoldsCommand.self, DoctorCommand.self,
            EndpointsCommand.self, CostsCommand.self,
            MigrateCommand.self, SettingsCommand.self, WebhookCommand.self, BenchCommand.self,
        ])

    package init() {}
}

/// Exit codes beside those of argument parsing.
enum Exit {
    static let no = ExitCode(1)
    static let unreachable = ExitCode(2)
    static let settings = ExitCode(78)
}
