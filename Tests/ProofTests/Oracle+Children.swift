import JSONValue
import Statechart

/// Invocations, and the instances of other charts that they make.
extension Oracle {
    /// Before the names of this instance's timers and jobs, as the outside knows them.
    var prefix: String { parent.map { $0.prefix + name + "!" } ?? "" }

    var root: Oracle { parent?.root ?? self }

    /// At the end of a macrostep the states that it entered, and that are still active, start their work.
    func invokeAll() throws(ChartError) {
        let states = statesToInvoke.list.sorted()
        statesToInvoke = OrderedSet()
        for state in states {
            for invocation in self.states[state].invocations {
                try caught(native: { _ in false }) { () throws(ChartError) in try invoke(invocation, in: state) }
            }
        }
    }

    private func invoke(_ invocation: Invocation, in state: Int) throws(ChartError) {
        if let place = invocation.idLocation { try set(place, .string(invocation.id), in: state) }
        let input = try members(invocation.input, in: state)
        switch invocation.work {
        case .job: startJob(invocation, input)
        case .chart(let name): try startChild(invocation.id, .string(name), input, in: state)
        case .computed(let expression):
            try startChild(invocation.id, try value(of: expression, in: state), input, in: state)
        case .nothing: throw ChartError(.expression, state: states[state].path, "")
        }
    }

    private func startChild(_ id: String, _ key: JSON, _ input: JSONObject, in state: Int) throws(ChartError) {
        guard let child = key.string.flatMap({ chart.children[$0] }) ?? chart.findChild(key) else {
            note(.unknownChild)
            throw ChartError(.communication, state: states[state].path, "")
        }
        var blank = OracleSession()
        if child.rules == .scxml {
            session.sendCount += 1
            blank.id = "\(session.id).\(id).\(session.sendCount)"
        }
        note(.childStarted)
        let instance = Oracle(child, world, parent: self, name: id, session: blank)
        children[id] = instance
        try instance.start(input)
    }

    /// `applyFinalize` and `autoforward`.
    func attendInvocations(_ event: Event) throws(ChartError) {
        for state in session.configuration.list.sorted() {
            for invocation in states[state].invocations {
                if let sender = event.envelope?.invokeID, sender == invocation.id {
                    if !invocation.finalize.isEmpty { note(.finalize) }
                    try executeContent(invocation.finalize, in: state)
                }
                if invocation.autoforward, let child = children[invocation.id] {
                    note(.autoforward)
                    send(event, to: .instance(child), from: self)
                }
            }
        }
    }

    func childDone(_ id: String, _ data: JSON?) -> Event {
        if isNative { return Event("done.invoke.\(id)", data: data?.object ?? [:]) }
        return Event(
            "done.invoke.\(id)", data: data?.object ?? [:],
            envelope: Event.Envelope(.external, invokeID: id, content: data))
    }

    /// Timers that run, here and within, as the outside knows them.
    var liveTimers: [(name: String, occurrence: Int)] {
        session.timers.sorted { $0.key < $1.key }.map { (prefix + $0.key, $0.value) }
            + children.sorted { $0.key < $1.key }.flatMap { $0.value.liveTimers }
    }

    var liveJobs: [(invocation: String, number: Int)] {
        session.jobs.filter(\.value.isLive).sorted { $0.key < $1.key }.map { (prefix + $0.key, $0.value.number) }
            + children.sorted { $0.key < $1.key }.flatMap { $0.value.liveJobs }
    }

    func instance(ofSession id: String) -> Oracle? {
        if session.id == id { return self }
        for name in children.keys.sorted() {
            if let found = children[name]?.instance(ofSession: id) { return found }
        }
        return nil
    }

    /// A state that waits for a person, here or in an instance within.
    var waitsForPerson: Bool {
        session.configuration.some { states[$0].meta["waiting"] == "person" }
            || children.contains { $0.value.waitsForPerson }
    }
}
