import Statechart

/// A chart as indented text, for reports.
struct ChartText {
    let text: String

    init(_ chart: Chart) {
        let lines = chart.states.flatMap { state in
            let margin = String(repeating: "  ", count: state.path.isEmpty ? 0 : state.path.split(separator: ".").count)
            return Self.lines(of: state).map { margin + $0 }
        }
        let children = chart.children.sorted { $0.key < $1.key }.map { "child \($0.key):\n\(ChartText($0.value).text)" }
        text =
            (["rules \(chart.rules), context \(chart.context.keys.map { "\($0)=\(chart.context[$0]?.text ?? "")" })"]
            + lines + children)
            .joined(separator: "\n")
    }

    private static func lines(of state: State) -> [String] {
        var head = "\(state.id) \(state.key) \(state.kind)"
        if !state.initial.isEmpty { head += " initial \(state.initial)" }
        var lines = [head]
        func add(_ name: String, _ actions: [Action]) {
            if !actions.isEmpty { lines.append("  \(name): \(describe(actions))") }
        }
        add("initial", state.initialActions)
        add("entry", state.entry)
        add("exit", state.exit)
        for timer in state.timers { lines.append("  timer \(timer.name)") }
        for invocation in state.invocations {
            let flags = invocation.autoforward ? " autoforward" : ""
            lines.append("  invoke \(invocation.id) \(invocation.work)\(flags) \(describe(invocation.input))")
            if !invocation.finalize.isEmpty { lines.append("    finalize \(describe(invocation.finalize))") }
        }
        if !state.output.isEmpty { lines.append("  output \(describe(state.output))") }
        if !state.lateData.isEmpty { lines.append("  late data \(describe(state.lateData))") }
        for transition in state.transitions {
            let events = transition.events.map(\.text).joined(separator: " ")
            let condition = transition.condition.map { " [\($0.text)]" } ?? ""
            let arrow = transition.isReentering ? "=>" : "->"
            lines.append("  on \(events)\(condition) \(arrow) \(transition.targets) \(describe(transition.actions))")
        }
        return lines
    }

    private static func describe(_ assignments: [Assignment]) -> String {
        assignments.map { "\($0.name) := \($0.value.text)" }.joined(separator: ", ")
    }

    private static func describe(_ actions: [Action]) -> String {
        actions.map { action in
            switch action {
            case .assign(let patch): "{\(describe(patch))}"
            case .raise(let name, let data): "raise \(name)(\(describe(data)))"
            case .cancel(let timer): "cancel \(timer)"
            case .log(let message, _): "log \(message.text)"
            case .named(let name, let parameters): "\(name)(\(describe(parameters)))"
            case .block(let actions): "[\(describe(actions))]"
            case .set(let location, let value): "set \(location.text) = \(value.text)"
            case .choose(let branches):
                branches.map { "if \($0.condition?.text ?? "true") {\(describe($0.actions))}" }.joined(
                    separator: " else ")
            case .forEach(let loop):
                "for \(loop.item.text),\(loop.index?.text ?? "-") in \(loop.array.text) {\(describe(loop.actions))}"
            case .fail(let reason): "fail(\(reason))"
            case .send(let send):
                "send \(send.event?.text ?? "-") to \(send.target?.text ?? "-") id \(send.id?.text ?? "-") after "
                    + "\(send.delay.map { "\($0)" } ?? "-") (\(describe(send.parameters)))"
            case .cancelSend(let id): "cancel send \(id.text)"
            }
        }.joined(separator: "; ")
    }
}
