import JSONValue
import Statechart

/// An instance and those within it, in the words that both interpreters share.
struct ObservedInstance: Hashable {
    var configuration: [String]
    var context: JSONObject
    var history: [String: [String]] = [:]
    var timers: [String: Int] = [:]
    var jobs: [String: String] = [:]
    var sends: [String: String] = [:]
    var bound: [String]
    var session: String
    var sendCount: Int
    var children: [String: ObservedInstance] = [:]

    init(_ snapshot: Snapshot) {
        configuration = snapshot.configuration
        context = snapshot.context
        for (name, states) in snapshot.history { history[name] = states }
        for (name, occurrence) in snapshot.timers { timers[name] = occurrence }
        for (name, job) in snapshot.jobs { jobs[name] = "\(job.number) \(job.isLive)" }
        for (name, send) in snapshot.sends {
            sends[name] = "\(send.id) \(send.event) to '\(send.target)' with \(send.data.canonicalText)"
        }
        bound = snapshot.bound
        session = snapshot.session
        sendCount = snapshot.sendCount
        for (name, child) in snapshot.children { children[name] = ObservedInstance(child.snapshot) }
    }

    init(_ oracle: Oracle) {
        let states = oracle.states
        let inner = oracle.session
        configuration = inner.configuration.list.sorted().filter { oracle.isAtomicState($0) }.map { states[$0].path }
        context = inner.context
        for (id, remembered) in inner.history { history[states[id].path] = remembered.map { states[$0].path } }
        timers = inner.timers
        jobs = inner.jobs.mapValues { "\($0.number) \($0.isLive)" }
        sends = inner.sends.mapValues {
            "\($0.id) \($0.event) to '\($0.target)' with \(($0.data ?? .null).canonicalText)"
        }
        bound = inner.bound.map { states[$0].path }
        session = inner.id
        sendCount = inner.sendCount
        children = oracle.children.mapValues { ObservedInstance($0) }
    }

    var text: String {
        let within = children.sorted { $0.key < $1.key }.map { "\n      \($0.key): \($0.value.text)" }.joined()
        return """
            \(configuration) context \(JSON.object(context).canonicalText) history \(sorted(history)) \
            timers \(sorted(timers)) jobs \(sorted(jobs)) sends \(sorted(sends)) bound \(bound) session '\(session)' \
            sent \(sendCount)\(within)
            """
    }

    private func sorted<Value>(_ values: [String: Value]) -> String {
        "\(values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
    }
}
