import JSONValue
import Statechart
import Testing

/// Runs a chart by a virtual clock: timers fire in the order in which they are due, and no time passes in between.
///
/// After each macrostep the snapshot is stored and read again, so that every document also tests what is stored.
struct ChartRun {
    let interpreter: Interpreter
    private(set) var snapshot = Snapshot()
    private(set) var isFinal = false
    private(set) var log: [String] = []
    private var now: Duration = .zero
    private var timers: [Timer] = []

    private struct Timer {
        var name: String
        var occurrence: Int
        var due: Duration
    }

    init(_ chart: Chart) throws {
        interpreter = Interpreter(chart: chart)
        try apply(interpreter.start(surroundings: surroundings))
    }

    private var surroundings: Surroundings {
        Surroundings(now: Timestamp(microseconds: 1_000_000_000_000_000 + now.microseconds), settings: [:])
    }

    mutating func take(_ event: Event) throws {
        guard !isFinal else { return }
        try apply(interpreter.step(snapshot, event, surroundings: surroundings))
    }

    /// Fires everything that is due within a span.
    mutating func advance(by span: Duration) throws {
        let end = now + span
        while let next = earliest, timers[next].due <= end { try fire(next) }
        now = end
    }

    /// Fires timers until the chart has ended, none is left, or there were so many that there is no end to them.
    mutating func runToRest() throws {
        var left = 1000
        while !isFinal, let next = earliest {
            left -= 1
            try #require(left > 0, "timers go on for ever")
            try fire(next)
        }
    }

    private var earliest: Int? { timers.indices.min { timers[$0].due < timers[$1].due } }

    private mutating func fire(_ index: Int) throws {
        let timer = timers.remove(at: index)
        now = max(now, timer.due)
        try take(.timer(timer.name, occurrence: timer.occurrence))
    }

    private mutating func apply(_ step: Macrostep) throws {
        for effect in step.effects {
            switch effect {
            case .setTimer(let name, let occurrence, .fixed(let delay)):
                timers.append(Timer(name: name, occurrence: occurrence, due: now + delay))
            case .clearTimer(let name, let occurrence):
                timers.removeAll { $0.name == name && $0.occurrence == occurrence }
            case .log(let line): log.append(line)
            default: break
            }
        }
        isFinal = step.isFinal
        let stored = try JSON.parse(step.snapshot.memory.text)
        snapshot = try #require(
            Snapshot(configuration: step.snapshot.configuration, context: step.snapshot.context, memory: stored))
        #expect(snapshot == step.snapshot)
    }
}
