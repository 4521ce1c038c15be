import ArgumentParser
import ChartFormat
import Foundation
import Service

/// Work with charts.
struct ChartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chart", abstract: "Checks charts.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a chart file as the service does when it starts; exits with 1 when it is refused.")

        @Argument(help: "The chart file, YAML or JSON.")
        var file: String

        func run() throws {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                Terminal.complain("the chart file \(file) cannot be read")
                throw Exit.no
            }
            do {
                let chart = try ChartLoader.read(text, file)
                Terminal.say(
                    "\(file): ok, chart '\(chart.id)' with \(chart.states.count) states, digest \(chart.digest)")
            } catch {
                Terminal.say(error.description)
                throw Exit.no
            }
        }
    }
}
