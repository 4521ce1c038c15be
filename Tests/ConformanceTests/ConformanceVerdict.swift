import ChartFormat
import Statechart

/// How a document ended.
enum ConformanceVerdict: Equatable, CustomStringConvertible {
    case passed
    case failed(String)

    /// Ends in the state `pass`.
    static func automated(_ test: ConformanceCase) -> ConformanceVerdict {
        judged {
            var run = try ChartRun(ConformanceDocument.chart(test))
            try run.runToRest()
            let states = run.snapshot.configuration
            return states == ["pass"] ? .passed : .failed("it ends in \(states.joined(separator: ", "))")
        }
    }

    static func manual(_ test: ConformanceCase, _ rule: ManualRule) -> ConformanceVerdict {
        judged { try rule.holds(test) ? .passed : .failed("the rule does not hold") }
    }

    static func judged(_ body: () throws -> ConformanceVerdict) -> ConformanceVerdict {
        do {
            return try body()
        } catch {
            return .failed("\(error)")
        }
    }

    var description: String {
        switch self {
        case .passed: "passed"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}
