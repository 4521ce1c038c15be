import ArgumentParser
import Bench

extension BenchCommand {
    struct Signatures: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verifies signatures of webhooks, on one thread.")
        @Option(help: "How many, of each size.") var rounds = 50_000

        func validate() throws { try BenchCommand.check("rounds", rounds, 1...10_000_000) }
        func run() async throws {
            Terminal.say(try await BenchCommand.ask { try EndpointBench.signatures(rounds: rounds) }.text)
        }
    }

    struct Validate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads results of models as the pipeline does, on one thread.")
        @Option(help: "How many, of each form.") var rounds = 5000

        func validate() throws { try BenchCommand.check("rounds", rounds, 1...10_000_000) }
        func run() async throws {
            Terminal.say(try await BenchCommand.ask { try EndpointBench.results(rounds: rounds) }.text)
        }
    }

    struct Chat: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Holds many chat calls open at once, to a slow endpoint in another process.")
        @Option(help: "How many at once.") var calls = 2000
        @Option(help: "After how many milliseconds the endpoint answers.") var delay = 5000

        func validate() throws {
            try BenchCommand.check("calls", calls, 1...20_000)
            try BenchCommand.check("delay", delay, 1...60_000)
        }
        func run() async throws {
            let figures = try await BenchCommand.ask {
                try await EndpointBench.chat(calls: calls, delayMilliseconds: delay)
            }
            Terminal.say(figures.text)
        }
    }

    struct ChatServer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "chat-server", abstract: "The endpoint that 'bench chat' talks to.", shouldDisplay: false)
        @Option(help: "Milliseconds.") var delay: Int

        func run() async throws { try await EndpointBench.serveChat(delayMilliseconds: delay) }
    }
}
