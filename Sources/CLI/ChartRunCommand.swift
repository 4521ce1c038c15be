import ArgumentParser
import ChartTools
import Foundation
import JSONValue
import Pipeline
import Statechart

struct ChartRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a chart by hand: you are its endpoints, its people and its clock. 'help' lists what to type.",
        discussion: """
            Reads commands line by line; without a terminal, until one is refused, which ends it with 1:
            printf 'assign\\ndone triage {"decision": "reject"}\\n' | rejoinder chart run statecharts/post.yaml
            """)

    @Argument(help: "The chart file: YAML, JSON or SCXML.") var file: String
    @Option(help: "YAML or JSON with what guards read as 'settings', over the defaults.") var settings: String?
    @Option(help: "JSON object that goes over the chart's initial context.") var context: String?

    func run() throws {
        let chart = try ChartFile.read(file)
        var session = try start(chart)
        Terminal.say(session.greeting())
        let isTerminal = isatty(0) == 1
        while let line = prompt(isTerminal) {
            do throws(SessionProblem) {
                guard let command = try SessionCommand(line) else { continue }
                if command == .quit { return }
                if !isTerminal { Terminal.say("> \(line)") }
                Terminal.say(try session.perform(command))
            } catch {
                Terminal.complain(error.description)
                if !isTerminal { throw Exit.no }
            }
        }
    }

    private func start(_ chart: Chart) throws -> ChartSession {
        let delays = NamedDelays(PipelineSettings())
        var members = JSONObject()
        if let context {
            guard let given = try? JSON.parse(Array(context.utf8)), let object = given.object else {
                throw ValidationError("--context expects a JSON object")
            }
            members = object
        }
        do {
            return try ChartSession(
                chart, vocabulary: PipelineVocabulary.charts, settings: try ChartFile.settings(settings),
                context: members
            ) { name, context, event, now in
                delays.duration(of: name, context: context, event: event, now: now, random: 0.5)
            }
        } catch let error as ChartError {
            Terminal.complain("the chart does not start: \(error)")
            throw Exit.no
        }
    }

    private func prompt(_ isTerminal: Bool) -> String? {
        if isTerminal { FileHandle.standardOutput.write(Data("> ".utf8)) }
        return readLine()
    }
}
