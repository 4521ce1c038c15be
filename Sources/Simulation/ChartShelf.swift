import Assets
import ChartFormat
import JSONValue
import Pipeline
import Statechart
import Threads

/// The charts of a run: the one that new posts start on, and in runs with foreign charts a second one.
struct ChartShelf: Sendable {
    /// How many random charts there are; a seed picks one.
    static let randomCharts = 400

    let interpreters: [String: Interpreter]
    private let ordered: [String]

    init(_ plan: SeedPlan) throws {
        var charts = [try Self.interpreter(plan.chart)]
        if plan.hasForeignCharts { charts.append(try Self.interpreter(plan.chart == 0 ? 1 : 0)) }
        ordered = charts.map(\.chart.digest)
        interpreters = Dictionary(charts.map { ($0.chart.digest, $0) }) { first, _ in first }
    }

    var digests: [String] { ordered }

    /// What a node has that lacks one chart: by turns the one or the other.
    func without(_ index: Int, of all: Set<String>) -> Set<String> {
        all.subtracting([ordered[index / 2 % ordered.count]])
    }

    /// The chart that a node starts new posts on.
    func current(for digests: Set<String>) -> String { ordered.first(where: digests.contains) ?? ordered[0] }

    private static let read = Locked<[Int: Interpreter]>([:])

    /// Zero is the chart of posts; the others are random. Read once in a process.
    private static func interpreter(_ index: Int) throws -> Interpreter {
        if let known = read.withLock({ $0[index] }) { return known }
        let text = index == 0 ? Asset.at("statecharts/post.yaml")?.text ?? "" : RandomChart(index).text
        let name = index == 0 ? "post.yaml" : "random-\(index).yaml"
        let chart = try ChartReader.read(text: text, file: name, vocabulary: vocabulary)
        let interpreter = Interpreter(chart: chart, microstepLimit: 200)
        read.withLock { $0[index] = interpreter }
        return interpreter
    }

    private static let vocabulary: ChartVocabulary = {
        var vocabulary = PipelineVocabulary.charts
        vocabulary.actions["tell"] = [
            "type": "object", "required": ["offset"], "properties": ["offset": ["type": "integer"]],
            "additionalProperties": false,
        ]
        return vocabulary
    }()
}
