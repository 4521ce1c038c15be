import ArgumentParser
import Bench

extension BenchCommand {
    struct Interpreter: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Macrosteps of the post chart in the interpreter alone, on one thread.")

        @Option(help: "How many posts are taken from their intake to their end.")
        var rounds = 20_000

        func validate() throws { try BenchCommand.check("rounds", rounds, 1...10_000_000) }
        func run() throws { Terminal.say(try CoreBench().interpreter(rounds: rounds).text) }
    }

    struct Chart: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reading and checking the post chart.")

        @Option(help: "How often it is read.")
        var rounds = 100

        func validate() throws { try BenchCommand.check("rounds", rounds, 1...1_000_000) }
        func run() throws { Terminal.say(try CoreBench().reading(rounds: rounds).text) }
    }

    struct Guard: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Evaluating the guards of the post chart, and one of four comparisons.")

        @Option(help: "How often each is evaluated.")
        var rounds = 200_000

        func validate() throws { try BenchCommand.check("rounds", rounds, 1...100_000_000) }
        func run() throws { Terminal.say(try CoreBench().guards(rounds: rounds).text) }
    }
}
