import ArgumentParser
import Crypto
import Fakes
import Foundation
import Logging
import Service

/// The built-in far sides, each a server of its own.
struct FakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fake", abstract: "Runs a fake Reddit or fake endpoints, for demonstrations and tests.",
        subcommands: [RedditCommand.self, LLMCommand.self])

    struct Common: ParsableArguments {
        @Option(help: "Port to listen on; 0 for any free one.")
        var port: UInt16 = 0
        @Option(help: "File in which state outlives a kill.")
        var state: String?
        @Option(help: "A fault, as route:fault[:key=value]…; may be given often.")
        var fault: [String] = []
        @Flag(help: "Stop when standard input is closed: whoever started the fake is gone.")
        var untilInputCloses = false

        /// Prints where it listens, then runs until a signal or the end of its starter.
        func run(port: UInt16, _ close: @escaping @Sendable () async -> Void) async {
            Terminal.say("listening on http://127.0.0.1:\(port)")
            let signals = StopSignals.stream()
            if untilInputCloses {
                Thread.detachNewThread {
                    while !FileHandle.standardInput.availableData.isEmpty {}
                    kill(getpid(), SIGTERM)
                }
            }
            for await _ in signals { break }
            await close()
        }
    }

    struct RedditCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "reddit", abstract: "Runs a fake Reddit.")
        @OptionGroup var common: Common
        @Option(help: "Folder with recorded exchanges, whose submissions are served re-dated to the present.")
        var recordings: String?
        @Option(help: "Number of made-up posts.")
        var madeUp = 0
        @Option(help: "Seed of the made-up posts.")
        var seed: UInt64 = 1
        @Option(help: "Seconds between new made-up posts.")
        var interval: Double?
        @Option(help: "Number of waves in which the posts become visible, so that pages overlap and repeat.")
        var waves = 1
        @Option(help: "Requests of a window.")
        var quota = 1000
        @Option(help: "Least seconds between two comments of an account.")
        var commentGap = 0.0
        @Option(help: "How many times faster than on the real Reddit comments live.")
        var engagementSpeed = 1.0

        func run() async throws {
            var options = FakeRedditOptions()
            options.port = common.port
            options.state = common.state
            options.recordings = recordings
            options.madeUp = madeUp
            options.seed = seed
            options.interval = interval.map { .milliseconds(Int64($0 * 1000)) }
            options.waves = waves
            options.quota = quota
            options.commentGap = .milliseconds(Int64(commentGap * 1000))
            options.engagementSpeed = engagementSpeed
            options.faults = try common.fault.map { try FaultRule<RedditFault>($0) }
            let fake = try FakeReddit(options: options)
            try fake.start()
            await common.run(port: fake.port) { await fake.close() }
        }
    }

    struct LLMCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "llm", abstract: "Runs a fake chat endpoint or a fake research agent.")
        @OptionGroup var common: Common
        @Option(help: "chat or research.")
        var role = "chat"
        @Option(help: "Seconds that a research job takes, or a chat answer.")
        var duration = 0.05
        @Option(help: "Name of the environment variable with the secret that starts are signed with (whsec_…).")
        var secretEnv: String?
        @Option(help: "Name of the environment variable with the bearer key that is demanded.")
        var keyEnv: String?

        func run() async throws {
            guard let role = FakeLLMOptions.Role(rawValue: role) else {
                throw ValidationError("--role is chat or research")
            }
            let environment = ProcessInfo.processInfo.environment
            var options = FakeLLMOptions(role: role)
            options.port = common.port
            options.state = common.state
            options.duration = .milliseconds(Int64(duration * 1000))
            options.key = keyEnv.flatMap { environment[$0] }
            options.secret = secretEnv.flatMap { environment[$0] }.flatMap(WebhookSecret.init(_:))
            options.faults = try common.fault.map { try FaultRule<LLMFault>($0) }
            let fake = try FakeLLM(options: options)
            try fake.start()
            await common.run(port: fake.port) { await fake.close() }
        }
    }
}
