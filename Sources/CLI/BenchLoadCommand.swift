import ArgumentParser
import Bench

extension BenchCommand {
    struct Callbacks: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Signed callbacks over real sockets: as many as can be, then a steady number a second.")

        @Option(help: "Callbacks of the first part, each of which ends its post.")
        var callbacks = 20_000
        @Option(help: "Callbacks a second of the second part, each of which leads to its post's next job.")
        var rate = 500
        @Option(help: "Seconds of the second part.")
        var seconds = 20
        @Option(help: "So many more posts then wait for callbacks that never come, and both parts are measured again.")
        var waiting = 0
        @Option(help: "postgres://…, or the path of a new SQLite file, or 'sqlite' or 'postgres' for a private one.")
        var database: String?

        func validate() throws {
            try BenchCommand.check("waiting", waiting, 0...3_000_000)
            try BenchCommand.check("callbacks", callbacks, 1...100_000)
            try BenchCommand.check("rate", rate, 1...100_000)
            try BenchCommand.check("seconds", seconds, 1...3600)
        }

        func run() async throws {
            let bench = CallbackBench(
                callbacks: callbacks, perSecond: rate, seconds: seconds, waiting: waiting,
                progress: { Terminal.complain($0) })
            let targets = database.map { [BenchTarget($0)] } ?? [.privateSQLite, .privatePostgres]
            for target in targets { Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text) }
        }
    }

    struct Timers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Durable timers: many that are due within one second, then a steady number a second.")

        @Option(help: "Timers that are due within one second.")
        var burst = 100_000
        @Option(help: "Timers a second of the second part.")
        var rate = 1000
        @Option(help: "Seconds of the second part.")
        var seconds = 20
        @Option(help: "postgres://…, or the path of a new SQLite file, or 'sqlite' or 'postgres' for a private one.")
        var database: String?

        func validate() throws {
            try BenchCommand.check("burst", burst, 1...10_000_000)
            try BenchCommand.check("rate", rate, 1...100_000)
            try BenchCommand.check("seconds", seconds, 1...3600)
        }

        func run() async throws {
            let bench = TimerBench(
                burst: burst, perSecond: rate, seconds: seconds, progress: { Terminal.complain($0) })
            let targets = database.map { [BenchTarget($0)] } ?? [.privateSQLite, .privatePostgres]
            for target in targets { Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text) }
        }
    }

    struct Pinned: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A steady rate while a transaction elsewhere holds the oldest snapshot open (Postgres).")

        @Option(help: "Transitions a second that are offered.")
        var rate = 500
        @Option(help: "For how many seconds.")
        var seconds = 600
        @Option(help: "postgres://…, or 'postgres' for a private one.")
        var database = "postgres"

        func validate() throws {
            try BenchCommand.check("rate", rate, 1...100_000)
            try BenchCommand.check("seconds", seconds, 1...86_400)
        }

        func run() async throws {
            let bench = PinnedBench(perSecond: rate, seconds: seconds, progress: { Terminal.complain($0) })
            let target = BenchTarget(database)
            Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text)
        }
    }

    struct Agent: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The agent that 'bench callbacks' talks to; it takes commands by standard input.",
            shouldDisplay: false)

        @Option(help: "The port that is called back.")
        var target: UInt16

        func run() async throws { try await BenchAgent(target: target).run() }
    }
}
