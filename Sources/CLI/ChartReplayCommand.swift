import ArgumentParser
import ChartTools
import JSONValue

struct ChartReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replays a post's history on a chart; exits with 1 where the paths part.",
        discussion: """
            rejoinder posts history 4000000031 -o json > history.json
            rejoinder chart replay my-post.yaml --history history.json
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "The chart file: YAML, JSON or SCXML.") var file: String
    @Option(help: "The history: what 'posts history -o json' prints, or JSON lines; - for standard input.")
    var history: String
    @Option(help: "YAML or JSON with what guards could read as 'settings' then, over the defaults.")
    var settings: String?
    @Option(help: "text or json.") var format = Format.text

    func run() throws {
        let chart = try ChartFile.read(file)
        let rows: [HistoryRow]
        do {
            rows = try HistoryRow.read(try ChartFile.text(history, "history"))
        } catch let problem as HistoryProblem {
            Terminal.complain("\(history): \(problem)")
            throw Exit.no
        }
        let result = ChartReplay.run(rows, on: chart, settings: try ChartFile.settings(settings))
        Terminal.say(format == .json ? result.json.text : result.text(rows: rows.count))
        if result.parting != nil { throw Exit.no }
    }
}
