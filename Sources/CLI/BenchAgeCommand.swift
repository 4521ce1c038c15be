import ArgumentParser
import Bench

extension BenchCommand {
    struct Age: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a transition costs beside many finished posts, against an empty database, in pairs of runs."
        )

        @Option(help: "How many made-up posts go through the pipeline in each run.")
        var posts = 2000
        @Option(help: "How many posts have ended before.")
        var finished = 500_000
        @Option(help: "Pairs of runs; the middle ratio counts.")
        var pairs = 5
        @Option(help: "postgres://…, or 'postgres' for a private one.")
        var database = "postgres"

        func validate() throws {
            try BenchCommand.check("posts", posts, 1...1_000_000)
            try BenchCommand.check("finished", finished, 2...10_000_000)
            try BenchCommand.check("pairs", pairs, 1...100)
        }

        func run() async throws {
            let bench = AgeBench(
                posts: posts, finished: finished, pairs: pairs, progress: { Terminal.complain($0) })
            let target = BenchTarget(database)
            Terminal.say(try await BenchCommand.ask { try await bench.run(on: target) }.text)
        }
    }
}
