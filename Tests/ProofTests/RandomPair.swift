import JSONValue
import Statechart

/// A random chart with a random sequence of events, from one seed.
struct RandomPair {
    let seed: UInt64
    let chart: Chart
    private(set) var coverage = Coverage()
    private(set) var events: [Event] = []
    /// What the first event that both take differently (the last in ``events``) made different; empty if all is well.
    private(set) var differences: [String] = []

    init(seed: UInt64) {
        self.seed = seed
        var generator = ChartGenerator(seed: seed, rules: seed % 2 == 0 ? .native : .scxml)
        chart = generator.chart()
        run()
    }

    private mutating func run() {
        var duel = Duel(chart)
        var generator = EventGenerator(seed: seed, chart: chart)
        differences = duel.start()
        let length = duel.hasStarted ? 1 + generator.random.below(16) : 0
        while differences.isEmpty, events.count < length {
            let event = generator.event(for: duel.oracle)
            events.append(event)
            differences = duel.take(event)
        }
        coverage = duel.coverage
    }

    var summary: String {
        """
        seed \(seed): after \(events.count) events the interpreters differ
        \(differences.joined(separator: "\n"))
        """
    }

    /// The seed, the smallest chart and sequence that still differ, and how.
    var report: String {
        let small = Shrinking(chart: chart, events: events).smallest()
        return """
            \(summary)
            smallest chart and events that still differ:
            \(ChartText(small.chart).text)
            \(small.events.map { "\($0.name) \(JSON.object($0.data).text) \($0.origin)" }.joined(separator: "\n"))
            \(small.differences().joined(separator: "\n"))
            """
    }
}
