import ChartFormat
import JSONValue
import Pipeline
import Service
import Statechart

/// Measures the chart core alone, on one thread: the interpreter, the reading of a chart, its guards.
///
/// Rates are by the CPU time of this process, which other load on the machine does not change; the wall clock's stand
/// beside them.
package struct CoreBench: Sendable {
    private let chart: Chart
    private let source: (text: String, file: String)
    private let settings = PipelineSettings().forCharts

    package init() throws {
        chart = try ChartLoader.current(try BenchSettings.load().values)
        source = (chart.source, "statecharts/post.yaml")
    }

    /// Macrosteps of the post chart: a post's life from its intake until it is settled, again and again.
    package func interpreter(rounds: Int) throws -> JSON {
        let life = PostLife(chart: chart, settings: settings)
        _ = try life.run(rounds: max(1, rounds / 20))
        var macrosteps = 0
        let spent = try Spent.by { macrosteps = try life.run(rounds: rounds) }
        return [
            "workload": "interpreter", "chart": .string(chart.id), "states": .int(Int64(chart.states.count)),
            "macrosteps": .int(Int64(macrosteps)),
            "rate_per_s": .rounded(Double(macrosteps) / (spent.cpuMicroseconds / 1e6), 0),
            "ns_per_macrostep": .rounded(spent.cpuMicroseconds * 1000 / Double(macrosteps), 0),
            "wall_rate_per_s": .rounded(Double(macrosteps) / spent.seconds, 0),
            "load": .rounded(ProcessUsage.load, 2),
        ]
    }

    /// Reading and checking the post chart.
    package func reading(rounds: Int) throws -> JSON {
        _ = try ChartLoader.read(source.text, source.file)
        let spent = try Spent.by {
            for _ in 0..<rounds { _ = try ChartLoader.read(source.text, source.file) }
        }
        return [
            "workload": "chart", "chart": .string(chart.id), "bytes": .int(Int64(source.text.utf8.count)),
            "reads": .int(Int64(rounds)), "ms_per_read": .rounded(spent.cpuMicroseconds / 1000 / Double(rounds), 3),
            "wall_ms_per_read": .rounded(spent.seconds * 1000 / Double(rounds), 3),
            "load": .rounded(ProcessUsage.load, 2),
        ]
    }

    /// Each guard of the post chart, and one of four comparisons.
    package func guards(rounds: Int) throws -> JSON {
        var measured: [(text: String, nanoseconds: Double)] = []
        for condition in try GuardSample.conditions(of: chart, settings: settings) {
            guard let isTrue = condition.expression.predicate else { continue }
            var held = 0
            let spent = try Spent.by {
                for _ in 0..<rounds where try isTrue(condition.scope) { held += 1 }
            }
            guard held == 0 || held == rounds else { throw BenchError("a guard changed its mind") }
            measured.append((condition.expression.text, spent.cpuMicroseconds * 1000 / Double(rounds)))
        }
        measured.sort { $0.nanoseconds < $1.nanoseconds }
        guard let slowest = measured.last else { throw BenchError("the chart has no guards") }
        return [
            "workload": "guard", "guards": .int(Int64(measured.count)), "evaluations": .int(Int64(rounds)),
            "p50_ns": .rounded(measured[measured.count / 2].nanoseconds, 1),
            "max_ns": .rounded(slowest.nanoseconds, 1), "slowest": .string(slowest.text),
            "load": .rounded(ProcessUsage.load, 2),
        ]
    }
}

/// What a piece of work took.
struct Spent {
    var cpuMicroseconds: Double
    var seconds: Double

    static func by(_ work: () throws -> Void) rethrows -> Spent {
        let (cpu, wall) = (ProcessUsage.cpuMicroseconds, ContinuousClock.now)
        try work()
        return Spent(
            cpuMicroseconds: max(1, Double(ProcessUsage.cpuMicroseconds - cpu)),
            seconds: (ContinuousClock.now - wall) / .seconds(1))
    }
}
