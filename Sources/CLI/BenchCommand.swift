import ArgumentParser
import Bench
import JSONValue

/// Measures the service on this machine: one JSON line for each database on standard output, progress on standard error.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures the service on this machine.",
        discussion: "One JSON line for each database on standard output; progress on standard error.",
        subcommands: [
            Pipeline.self, Stages.self, Callbacks.self, Timers.self, Waiting.self, Pinned.self, Purge.self, Age.self,
            Operation.self,
            Interpreter.self, Chart.self, Guard.self, Chat.self, Signatures.self, Validate.self, Agent.self,
            ChatServer.self,
        ])

    struct Pipeline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Runs posts through the whole pipeline, jobs answered in the process, beside the machine's limits.")

        @Option(help: "How many made-up posts.")
        var posts = 2000
        @Option(help: "postgres://…, or the path of a new SQLite file, or 'sqlite' or 'postgres' for a private one.")
        var database: String?
        @Option(help: "Lanes of the engine, each with a connection for writing.")
        var lanes = 2
        @Option(help: "Jobs that each endpoint may have at once.")
        var concurrency = 1000
        @Option(help: "Looks at a published comment before its post is settled.")
        var checks = 1

        func validate() throws {
            try BenchCommand.check("posts", posts, 1...1_000_000)
            try BenchCommand.check("lanes", lanes, 1...64)
            try BenchCommand.check("concurrency", concurrency, 1...100_000)
            try BenchCommand.check("checks", checks, 1...50)
        }

        func run() async throws {
            let bench = PipelineBench(
                posts: posts, lanes: lanes, concurrency: concurrency, checks: checks,
                progress: { Terminal.complain($0) })
            let targets = database.map { [BenchTarget($0)] } ?? [.privateSQLite, .privatePostgres]
            for target in targets { Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text) }
        }
    }

    struct Stages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Posts through five durable stages and nothing else, all submitted at once.")

        @Option(help: "How many made-up posts.")
        var posts = 4000
        @Option(help: "postgres://…, or the path of a new SQLite file, or 'sqlite' or 'postgres' for a private one.")
        var database: String?
        @Option(help: "Lanes of the engine, each with a connection for writing.")
        var lanes = 2
        @Option(help: "Jobs that each stage's endpoint may have at once.")
        var concurrency = 1000

        func validate() throws {
            try BenchCommand.check("posts", posts, 1...1_000_000)
            try BenchCommand.check("lanes", lanes, 1...64)
            try BenchCommand.check("concurrency", concurrency, 1...100_000)
        }

        func run() async throws {
            let bench = StagesBench(
                posts: posts, lanes: lanes, concurrency: concurrency, progress: { Terminal.complain($0) })
            let targets = database.map { [BenchTarget($0)] } ?? [.privateSQLite, .privatePostgres]
            for target in targets { Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text) }
        }
    }

    struct Waiting: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Memory and idle load of the service while posts wait for an endpoint.")

        @Option(help: "How many made-up posts.")
        var posts = 10_000
        @Option(help: "postgres://…, or the path of a new SQLite file, or 'sqlite' or 'postgres' for a private one.")
        var database = "sqlite"

        func validate() throws { try BenchCommand.check("posts", posts, 1...1_000_000) }

        func run() async throws {
            let bench = WaitingBench(posts: posts, progress: { Terminal.complain($0) })
            let target = BenchTarget(database)
            Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text)
        }
    }

    struct Operation: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Retries many failed posts by one operation, while they fail again.")

        @Option(help: "How many made-up posts.")
        var posts = 100_000
        @Option(help: "Posts a second that the operation works on, at most.")
        var rate = 1000
        @Option(help: "postgres://…, or the path of a new SQLite file, or 'sqlite' or 'postgres' for a private one.")
        var database = "postgres"

        func validate() throws {
            try BenchCommand.check("posts", posts, 1...1_000_000)
            try BenchCommand.check("rate", rate, 1...100_000)
        }

        func run() async throws {
            let bench = OperationBench(posts: posts, rate: rate, progress: { Terminal.complain($0) })
            let target = BenchTarget(database)
            Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text)
        }
    }

    static func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("--\(name) must lie between \(range.lowerBound) and \(range.upperBound)")
        }
    }

    static func ask(_ measure: () async throws -> JSON) async throws -> JSON {
        do {
            return try await measure()
        } catch let error as BenchError {
            Terminal.complain("\(error)")
            throw Exit.unreachable
        }
    }
}
