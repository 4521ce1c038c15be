import ArgumentParser
import Bench

extension BenchCommand {
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A purge of finished posts on Postgres, and what single commits beside it notice.")

        @Option(help: "How many posts that ended 100 days ago; a million takes about 15 GB of disk.")
        var posts = 100_000
        @Option(help: "Single commits a second, begun whether or not the last ones are answered.")
        var rate = 50
        @Option(help: "postgres://…, or 'postgres' for a private one.")
        var database = "postgres"

        func validate() throws {
            try BenchCommand.check("posts", posts, 1000...10_000_000)
            try BenchCommand.check("rate", rate, 1...5000)
        }

        func run() async throws {
            let bench = PurgeBench(posts: posts, rate: rate, progress: { Terminal.complain($0) })
            let target = BenchTarget(database)
            Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text)
        }
    }
}
