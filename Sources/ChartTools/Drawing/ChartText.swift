import Statechart

/// A chart as an indented tree for terminals and mails.
package enum ChartText {
    package static func draw(_ chart: Chart, highlight: ChartHighlight = ChartHighlight()) -> String {
        var lines: [String] = []
        add(chart, 0, prefix: "", branch: "", highlight, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func add(
        _ chart: Chart, _ id: Int, prefix: String, branch: String, _ highlight: ChartHighlight, to lines: inout [String]
    ) {
        let state = chart.states[id]
        let classes = highlight.classes(of: state)
        let mark = classes.contains("active") ? "▶ " : classes.contains("visited") ? "✓ " : ""
        let name = id == 0 ? chart.id : state.key
        lines.append(prefix + branch + mark + clean(name) + clean(kind(state)) + clean(meta(state)))
        let inner = prefix + (branch.isEmpty ? "" : branch.hasPrefix("└") ? "   " : "│  ")
        let bar = state.children.isEmpty ? "     " : "│    "
        for text in details(chart, state) { lines.append(inner + bar + clean(text)) }
        for child in state.children {
            add(
                chart, child, prefix: inner, branch: child == state.children.last ? "└─ " : "├─ ", highlight, to: &lines
            )
        }
    }

    private static func kind(_ state: State) -> String {
        switch state.kind {
        case .atomic, .compound: ""
        case .parallel: " (parallel)"
        case .final: " (final)"
        case .history(let isDeep): isDeep ? " (deep history)" : " (history)"
        }
    }

    private static func meta(_ state: State) -> String {
        let words = ["stage", "status"].compactMap { state.meta[$0]?.string }
        let waits = state.meta["waiting"] == "person" ? ["waits for a person"] : []
        let all = (words.isEmpty ? [] : [words.joined(separator: "/")]) + waits
        return all.isEmpty ? "" : "  (\(all.joined(separator: "; ")))"
    }

    private static func details(_ chart: Chart, _ state: State) -> [String] {
        var texts = state.invocations.map { "job \($0.id) within \(ChartDelayText.text($0.timeout))" }
        if state.kind == .compound || state.isHistory, !state.initial.isEmpty {
            texts.append("begins in \(state.initial.map { chart.states[$0].path }.joined(separator: ", "))")
        }
        for (name, actions) in [("entry", state.entry), ("exit", state.exit)] {
            let words = actions.flatMap(TransitionLabel.words)
            if !words.isEmpty { texts.append("\(name) / \(words.joined(separator: ", "))") }
        }
        for transition in state.transitions {
            let targets = transition.targets.map { $0 == 0 ? chart.id : chart.states[$0].path }
            let goal = targets.isEmpty ? "stays" : "→ " + targets.joined(separator: ", ")
            texts.append("\(TransitionLabel(transition).text) \(goal)")
        }
        return texts
    }

    /// Without control characters, which could steer a terminal.
    static func clean(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isControl ? "\u{FFFD}" : $0 }))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool {
        [.control, .format, .lineSeparator, .paragraphSeparator].contains(generalCategory)
    }
}
