import JSONValue
import Statechart

/// Charts within a chart, and the events that go between them.
extension ChartReading {
    func readCharts(_ node: ChartNode) {
        guard let found = node.members else {
            report(.shape, node.position, "expected a mapping from names to charts, found \(node.kindName)")
            return
        }
        for member in found {
            guard isWord(member.key) else {
                report(
                    .shape, member.keyPosition,
                    "'\(member.key)' cannot be a chart's name: letters, digits, '_' and '-' only")
                continue
            }
            if vocabulary.jobs[member.key] != nil {
                report(
                    .structure, member.keyPosition,
                    "'\(member.key)' is a job of the service; give the chart another name")
            }
            let child = ChartReading(log: log, vocabulary: vocabulary, dialect: dialect, isChild: true)
            child.read(member.value, name: member.key)
            children[member.key] = child
            places.charts[member.key] = member.keyPosition
        }
    }

    /// What `onDone` hears of a chart that has ended: the output of the final state below its root.
    func completion(of child: ChartReading) -> GuardType {
        var record = GuardType.Record(members: ["type": .string], required: ["type"])
        let said = child.outputs.compactMap(\.self)
        guard let first = said.first else { return .record(record) }
        record.members["output"] = said.dropFirst().reduce(first) { $0.unified(with: $1) ?? .dyn }
        if said.count == child.outputs.count { record.required.insert("output") }
        return .record(record)
    }

    /// Names of the events that the chart sends itself, and the ids of those that it may take back.
    func collectSent(_ node: ChartNode) {
        if let members = node.members {
            let type = node.member("type")?.value.string.flatMap(Self.builtIn)
            if type == "raise", let event = node.member("event")?.value, let name = Self.sentName(event) {
                raised.insert(name)
            }
            if type == "raise" || type == "send", let id = node.member("id")?.value.string { sendIDs.insert(id) }
            for member in members where member.key != "charts" && member.key != "schemas" && member.key != "meta" {
                collectSent(member.value)
            }
        }
        for element in node.elements ?? [] { collectSent(element) }
    }

    /// The event's name in `raise` and `send`: a text, or the `type` of a whole event.
    static func sentName(_ node: ChartNode) -> String? { node.string ?? node.member("type")?.value.string }

    /// The built-in action that a type means: `raise`, `xstate.raise` and `@xstate.raise` are one.
    static func builtIn(_ type: String) -> String? {
        let name =
            type.hasPrefix("@xstate.") ? type.dropFirst(8) : type.hasPrefix("xstate.") ? type.dropFirst(7) : type[...]
        return ["assign", "raise", "send", "cancel", "log"].contains(name) ? String(name) : nil
    }

    /// The chart that a `send` to this invocation reaches; nil after a diagnostic.
    func invokedChart(_ id: String, at position: SourcePosition) -> ChartReading? {
        let charts = invocationSources.filter { children[$0.value] != nil }
        guard let source = invocationSources[id] else {
            let known = ["parent"] + charts.keys
            report(.target, position, "no invocation has the id '\(id)'\(Suggestion.text(for: id, among: known))")
            return nil
        }
        if children[source] == nil { report(.target, position, "'\(id)' is a job, and jobs hear no events") }
        return children[source]
    }
}
