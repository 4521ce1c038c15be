import ChartFormat
import JSONValue
import Statechart

/// All that can be said about one chart's file: what the reader refuses, else what the linter finds.
package struct ChartReport: Sendable {
    package struct Entry: Sendable, Hashable {
        package var severity: LintCode.Severity
        package var code: String
        package var position: SourcePosition
        package var message: String
    }

    package let file: String
    /// The chart; nil when it was refused.
    package let chart: Chart?
    /// In the order of the file.
    package let entries: [Entry]

    package init(text: String, file: String, vocabulary: ChartVocabulary, dialect: ChartDialect = .native) {
        self.file = file
        do throws(ChartDiagnostics) {
            let read = try ChartReader.readPlaces(text: text, file: file, vocabulary: vocabulary, dialect: dialect)
            chart = read.chart
            entries = ChartLinter.findings(in: read, file: file, vocabulary: vocabulary).map {
                Entry(severity: $0.severity, code: $0.code.rawValue, position: $0.position, message: $0.message)
            }
        } catch {
            chart = nil
            entries = error.list.map {
                Entry(severity: .error, code: $0.code.rawValue, position: $0.position, message: $0.message)
            }
        }
    }

    package var errorCount: Int { entries.count { $0.severity == .error } }
    package var warningCount: Int { entries.count - errorCount }

    /// True when a build should go on: no errors, and with `strict` no warnings either.
    package func isAcceptable(strict: Bool) -> Bool { strict ? entries.isEmpty : errorCount == 0 }

    /// One line for each entry, as compilers write them, and a last one that sums up.
    package var text: String {
        let lines = entries.map { entry in
            "\(file):\(entry.position.line):\(entry.position.column): \(entry.severity.rawValue)[\(entry.code)]: "
                + entry.message
        }
        guard let chart else {
            return (lines + ["\(file): refused, \(count(errorCount, "error"))"]).joined(separator: "\n")
        }
        let rest = entries.isEmpty ? "" : ", \(count(errorCount, "error")), \(count(warningCount, "warning"))"
        let summary =
            "\(file): ok, chart '\(chart.id)' with \(chart.states.count) states, digest \(chart.digest)\(rest)"
        return (lines + [summary]).joined(separator: "\n")
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    package var json: JSON {
        [
            "file": .string(file), "id": JSON(chart?.id), "digest": JSON(chart?.digest),
            "states": JSON(chart?.states.count), "errors": JSON(errorCount), "warnings": JSON(warningCount),
            "findings": .array(
                entries.map { entry in
                    [
                        "severity": .string(entry.severity.rawValue), "code": .string(entry.code),
                        "line": JSON(entry.position.line), "column": JSON(entry.position.column),
                        "message": .string(entry.message),
                    ]
                }),
        ]
    }
}
