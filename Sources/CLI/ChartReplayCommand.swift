import ArgumentParser
import ChartTools
import JSONValue
import Statechart

struct ChartReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replays a post's history, or an archive of posts, on a chart; exits with 1 where the paths part.",
        discussion: """
            rejoinder posts history 4000000031 -o json > history.json
            rejoinder chart replay my-post.yaml --history history.json
            cat archive/*.jsonl | rejoinder chart replay my-post.yaml --history -
            Of an archive the posts that ended on this very chart are replayed; with --any-chart all of them, and with
            --post one. A post that stands twice counts as its last line says.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "The chart file: YAML, JSON or SCXML.") var file: String
    @Option(
        help: "The history: what 'posts history -o json' prints, JSON lines, or an archive; - for standard input.")
    var history: String
    @Option(help: "Of an archive: only this post, on whatever chart it was.") var post: String?
    @Flag(help: "Of an archive: posts of other charts, too.") var anyChart = false
    @Option(help: "YAML or JSON with what guards could read as 'settings' then, over the defaults.")
    var settings: String?
    @Option(help: "text or json.") var format = Format.text

    func run() throws {
        let chart = try ChartFile.read(file)
        let settings = try ChartFile.settings(settings)
        let text = try ChartFile.text(history, "history")
        do {
            if let posts = try ArchivedHistory.read(text) {
                try replay(posts, on: chart, settings)
            } else {
                try replay(try HistoryRow.read(text), on: chart, settings)
            }
        } catch let problem as HistoryProblem {
            Terminal.complain("\(history): \(problem)")
            throw Exit.no
        }
    }

    private func replay(_ rows: [HistoryRow], on chart: Chart, _ settings: JSON) throws {
        let result = ChartReplay.run(rows, on: chart, settings: settings)
        Terminal.say(format == .json ? result.json.text : result.text(rows: rows.count))
        if result.parting != nil { throw Exit.no }
    }

    private func replay(_ posts: [ArchivedHistory], on chart: Chart, _ settings: JSON) throws {
        let wanted = posts.filter { post == nil || $0.post == post }
        guard !wanted.isEmpty else {
            Terminal.complain("\(history): there is no post \(post ?? "")")
            throw Exit.no
        }
        let result = ArchiveReplay(wanted, on: chart, settings: settings, anyChart: anyChart || post != nil)
        Terminal.say(format == .json ? result.json.text : result.text)
        if !result.parted.isEmpty { throw Exit.no }
    }
}
