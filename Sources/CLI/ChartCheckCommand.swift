import ArgumentParser
import ChartFormat
import ChartLint
import Foundation
import JSONValue
import Pipeline

/// Checks a chart's file: what the service would refuse, and what is probably not meant so.
struct ChartCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a chart file as the service does when it starts, and looks for likely mistakes.",
        discussion: "Exits with 1 when the chart is refused or an error was found; with --strict on warnings too.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif }

    @Argument(help: "The chart file: YAML, JSON, or W3C SCXML by its extension.")
    var file: String

    @Option(help: "How to write what was found: text, json or sarif (SARIF 2.1.0).")
    var format = Format.text

    @Flag(help: "Warnings count as errors.")
    var strict = false

    @Flag(help: "Reads a machine that XState or Stately Studio exported; any job, action, delay and guard is taken.")
    var xstate = false

    func validate() throws {
        guard format == .text || !ChartFile.isSCXML(file) else {
            throw ValidationError("SCXML documents are checked with --format text only")
        }
    }

    func run() throws {
        if ChartFile.isSCXML(file) {
            let chart = try ChartFile.read(file)
            let count = chart.states.count
            return Terminal.say("\(file): ok, chart '\(chart.id)' with \(count) states, digest \(chart.digest)")
        }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            Terminal.complain("the chart file \(file) cannot be read")
            throw Exit.no
        }
        let report = ChartReport(
            text: text, file: file, vocabulary: xstate ? .open : PipelineVocabulary.charts,
            dialect: xstate ? .xstate : .native)
        switch format {
        case .text: Terminal.say(report.text)
        case .json: Terminal.say(report.json.text)
        case .sarif: Terminal.say(report.sarif.text)
        }
        if !report.isAcceptable(strict: strict) { throw Exit.no }
    }
}

/// Prints the JSON Schema of the format, for editors.
struct ChartSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Prints the JSON Schema of chart files, for editors.")

    func run() { print(ChartSchema.text, terminator: "") }
}
