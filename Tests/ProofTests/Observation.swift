import JSONValue
import Statechart

/// What can be seen of an instance after an event, from either interpreter.
struct Observation: Hashable {
    var failure: String?
    var outcome: Macrostep.Outcome?
    var instance: ObservedInstance?
    var counters: [Int] = []
    var effects: [Effect] = []
    var guards: [Macrostep.GuardResult] = []
    var isFinal = false
    var waitsForPerson = false
    var meta: JSONObject = [:]

    init(_ failure: ChartError) { self.failure = "\(failure.code) in '\(failure.state)'" }

    init(_ macrostep: Macrostep) {
        outcome = macrostep.outcome
        instance = ObservedInstance(macrostep.snapshot)
        counters = [macrostep.snapshot.nextJob, macrostep.snapshot.timerCount]
        effects = macrostep.effects
        guards = macrostep.guards
        isFinal = macrostep.isFinal
        waitsForPerson = macrostep.waitsForPerson
        meta = macrostep.meta
    }

    /// After an ignored or stale event the instance is the one before.
    init(_ oracle: Oracle, _ outcome: Macrostep.Outcome, before: Oracle?) {
        self.outcome = outcome
        let after = outcome == .taken ? oracle : before ?? oracle
        instance = ObservedInstance(after)
        counters = [after.world.nextJob, after.world.timerCount]
        effects = outcome == .taken ? oracle.world.effects : []
        guards = oracle.world.guards
        isFinal = !after.isRunning
        waitsForPerson = after.waitsForPerson
        for id in after.session.configuration.list.sorted() {
            for (key, value) in after.states[id].meta { meta[key] = value }
        }
    }

    /// The parts that differ, one a line.
    func differences(from other: Observation) -> [String] {
        guard self != other else { return [] }
        let mine = parts
        let theirs = other.parts
        return mine.indices.filter { mine[$0].text != theirs[$0].text }.map { index in
            "\(mine[index].name)\n    interpreter: \(mine[index].text)\n    oracle:      \(theirs[index].text)"
        }
    }

    private func text(_ effect: Effect) -> String {
        switch effect {
        case .startJob(let job): "start \(job.number) \(job.invocation) \(JSON.object(job.input).text) \(job.timeout)"
        case .cancelJob(let number, let invocation): "cancel \(number) \(invocation)"
        case .setTimer(let name, let occurrence, let delay): "set \(name) \(occurrence) \(delay)"
        case .clearTimer(let name, let occurrence): "clear \(name) \(occurrence)"
        case .action(let name, let parameters): "do \(name) \(JSON.object(parameters).text)"
        case .log(let line): "log \(line)"
        }
    }

    private var parts: [(name: String, text: String)] {
        [
            ("failure", failure ?? "none"), ("outcome", outcome?.rawValue ?? "none"),
            ("instance", instance?.text ?? "none"), ("counters", "\(counters)"),
            ("effects", effects.map(text).joined(separator: "; ")),
            ("guards", "\(guards.map { "\($0.state) [\($0.guardText)] \($0.isTrue)" })"), ("isFinal", "\(isFinal)"),
            ("waitsForPerson", "\(waitsForPerson)"), ("meta", JSON.object(meta).canonicalText),
        ]
    }
}
