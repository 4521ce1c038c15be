import ArgumentParser
import Foundation
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

    /// Runs the command that the arguments name, and ends the process.
    ///
    /// Without the handlers that libraries leave for the end of a process: libcrypto's takes away what a thread that is just
    /// ending still gives back, and a service that had stopped cleanly then ended by a signal. Everything that must outlive
    /// the process is on the disk by then.
    package static func run() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            end(.success)
        } catch {
            let (code, text) = (exitCode(for: error), fullMessage(for: error))
            if !text.isEmpty {
                let stream = code == .success ? FileHandle.standardOutput : FileHandle.standardError
                stream.write(Data((text + "\n").utf8))
            }
            end(code)
        }
    }

    private static func end(_ code: ExitCode) -> Never {
        fflush(nil)
        _exit(code.rawValue)
    }
}

/// Exit codes beside those of argument parsing.
enum Exit {
    static let no = ExitCode(1)
    static let unreachable = ExitCode(2)
    static let settings = ExitCode(78)
}
