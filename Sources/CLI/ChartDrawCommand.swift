import ArgumentParser
import ChartFormat
import ChartTools
import Foundation
import Statechart

struct ChartDrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "Draws a chart as SVG, for Graphviz, as Mermaid or as text.",
        discussion: """
            rejoinder chart draw statecharts/post.yaml > post.svg
            rejoinder chart draw my.yaml --format mermaid
            rejoinder chart draw my.yaml --active review --visited intake,triage.found -o post.svg
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case svg, dot, mermaid, text }
    enum Layout: String, ExpressibleByArgument, CaseIterable { case own, graphviz }

    @Argument(help: "The chart file: YAML, JSON or SCXML; - for standard input.") var file: String
    @Flag(help: "The file is an export of XState or Stately Studio.") var xstate = false
    @Option(help: "svg, dot, mermaid or text.") var format = Format.svg
    @Option(help: "Who places an SVG's states: own, or graphviz where 'dot' is installed.") var layout = Layout.own
    @Option(name: .shortAndLong, help: "The file to write; else standard output.") var output: String?
    @Option(help: "Paths of active states, with commas between them.") var active: String?
    @Option(help: "Paths of states that were active once, with commas between them.") var visited: String?

    func run() throws {
        let chart = try ChartFile.read(file, dialect: xstate ? .xstate : .native)
        let highlight = ChartHighlight(active: try paths(active, chart), visited: try paths(visited, chart))
        switch (format, layout) {
        case (.svg, .own): try ChartFile.write(ChartSVG.draw(chart, highlight: highlight), to: output)
        case (.svg, .graphviz):
            try ChartFile.write(ChartDOT.styled(try dot(ChartDOT.draw(chart, highlight: highlight))), to: output)
        case (.dot, _): try ChartFile.write(ChartDOT.draw(chart, highlight: highlight), to: output)
        case (.mermaid, _): try ChartFile.write(ChartMermaid.draw(chart, highlight: highlight), to: output)
        case (.text, _): try ChartFile.write(ChartText.draw(chart, highlight: highlight), to: output)
        }
    }

    private func paths(_ text: String?, _ chart: Chart) throws -> Set<String> {
        let paths = Set((text ?? "").split(separator: ",").map(String.init))
        for path in paths.sorted() where chart.state(at: path) == nil {
            Terminal.complain(
                "the chart '\(chart.id)' has no state '\(path)'; 'rejoinder chart draw --format text' shows all")
            throw Exit.no
        }
        return paths
    }

    private func dot(_ graph: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["dot", "-Tsvg"]
        let (input, result) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, result)
        do {
            try process.run()
            // Graphviz reads all before it writes.
            try input.fileHandleForWriting.write(contentsOf: Data(graph.utf8))
            try input.fileHandleForWriting.close()
            let picture = try result.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            if process.terminationStatus == 0 { return String(decoding: picture, as: UTF8.self) }
        } catch {
            Terminal.complain("Graphviz: \(error.localizedDescription)")
        }
        Terminal.complain("Graphviz ('dot') is not installed or failed; leave --layout out to draw without it")
        throw Exit.no
    }
}
