import ArgumentParser
import ChartFormat
import ChartTools
import JSONValue

struct ChartExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Walks through all that can happen to an instance of a chart; exits with 1 when it finds mistakes.",
        discussion: """
            Tries every event from outside, timer, result and failure of a job, with the payloads that guards can tell
            apart, and tells of dead ends, of states from which no end can be reached, of what is never reached or
            taken, and a shortest path to each state. docs/charts.md says what it takes as equal.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "The chart file: YAML, JSON or SCXML; - for standard input.") var file: String
    @Flag(help: "The file is an export of XState or Stately Studio.") var xstate = false
    @Option(help: "How many situations to visit at most.") var limit = 100_000
    @Option(help: "enforce: guards decide. fork: each guard is tried both ways, for payloads without schemas.")
    var guards = ChartExplorer.Guards.enforce
    @Option(help: "YAML or JSON with what guards read as 'settings'; else the defaults, their words and truths varied.")
    var settings: String?
    @Option(help: "text or json.") var format = Format.text
    @Flag(inversion: .prefixedNo, help: "Print the shortest path to each state.") var paths = true

    func validate() throws {
        guard (1...10_000_000).contains(limit) else { throw ValidationError("--limit expects 1 to 10000000") }
    }

    private var dialect: ChartDialect { xstate ? .xstate : .native }

    func run() throws {
        let chart = try ChartFile.read(file, dialect: dialect)
        var options = ChartExplorer.Options(
            settings: try ChartFile.settings(settings), variesSettings: settings == nil)
        options.limit = limit
        options.guards = guards
        let clock = ContinuousClock()
        let start = clock.now
        let found = ChartExplorer.explore(chart, vocabulary: ChartFile.vocabulary(dialect), options: options)
        let spent = start.duration(to: clock.now)
        switch format {
        case .text:
            Terminal.say(ExplorationText.text(found, showsPaths: paths))
            Terminal.complain(
                "explored in \(spent.formatted(.units(allowed: [.seconds, .milliseconds], width: .narrow)))")
        case .json: Terminal.say(ExplorationText.json(found).text)
        }
        if found.hasFindings { throw Exit.no }
    }
}

extension ChartExplorer.Guards: ExpressibleByArgument {}
