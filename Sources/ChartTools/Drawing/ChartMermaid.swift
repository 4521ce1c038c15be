import Statechart

/// A chart as a Mermaid `stateDiagram-v2`, which GitHub draws in Markdown.
///
/// Mermaid draws no arrow between states within different compound states, so such an arrow stands between the
/// outermost states that it joins and its label names the state that it leaves. Guards are left out where they are long:
/// the chart's file has them.
package struct ChartMermaid {
    private static let guardLimit = 44

    private let drawing: ChartDrawing
    private let ids: [String]
    private var lines = ["stateDiagram-v2"]
    private var chart: Chart { drawing.chart }

    package static func draw(_ chart: Chart, highlight: ChartHighlight = ChartHighlight()) -> String {
        var writer = ChartMermaid(chart)
        writer.write(highlight)
        return writer.lines.joined(separator: "\n") + "\n"
    }

    private init(_ chart: Chart) {
        drawing = ChartDrawing(chart)
        var seen: Set<String> = []
        ids = chart.states.map { state in
            var id = "s_" + state.path.unicodeScalars.map { Self.isWord($0) ? String($0) : "_" }.joined()
            while !seen.insert(id).inserted { id += "_\(state.id)" }
            return id
        }
    }

    private mutating func write(_ highlight: ChartHighlight) {
        for child in chart.states[0].children { add(child, indent: "    ") }
        addArrows(within: 0, indent: "    ")
        let active = chart.states.filter { $0.isAtomic && highlight.classes(of: $0).contains("active") }
        if !active.isEmpty {
            lines.append("    classDef active stroke-width:3px,font-weight:bold")
            for state in active { lines.append("    class \(ids[state.id]) active") }
        }
    }

    private mutating func add(_ id: Int, indent: String) {
        let state = chart.states[id]
        let name = state.isHistory ? (state.kind == .history(isDeep: true) ? "H*" : "H") : state.key
        lines.append("\(indent)state \"\(Self.escaped(name))\" as \(ids[id])")
        guard !state.isAtomic, !state.isHistory else { return }
        lines.append("\(indent)state \(ids[id]) {")
        for (index, child) in state.children.enumerated() {
            if index > 0, state.kind == .parallel { lines.append("\(indent)    --") }
            add(child, indent: indent + "    ")
        }
        addArrows(within: id, indent: indent + "    ")
        lines.append("\(indent)}")
    }

    /// Arrows whose ends meet in this state.
    private mutating func addArrows(within id: Int, indent: String) {
        let inner = drawing.connections.filter { meeting(of: $0) == id }
        if inner.contains(where: { !$0.isInitial && $0.source == id || $0.target == id }) {
            lines.append("\(indent)state \"anywhere\" as any_\(id)")
        }
        for connection in inner {
            let texts = connection.transitions.map { label($0, from: connection.source, within: id) }
            let source = connection.isInitial ? "[*]" : name(of: connection.source, within: id)
            let target = name(of: connection.target, within: id)
            for text in texts.isEmpty ? [""] : texts {
                lines.append("\(indent)\(source) --> \(target)\(text.isEmpty ? "" : " : " + text)")
            }
        }
        for child in chart.states[id].children where chart.states[child].isAtomic {
            for line in drawing.lines[child] where line.transition != nil {
                lines.append("\(indent)\(ids[child]) --> \(ids[child]) : \(Self.escaped(line.text.shortened(to: 60)))")
            }
            if chart.states[child].kind == .final { lines.append("\(indent)\(ids[child]) --> [*]") }
        }
    }

    private func meeting(of connection: ChartDrawing.Connection) -> Int {
        var outer = connection.isInitial ? connection.source : chart.states[connection.source].parent ?? 0
        let encloses = { (outer: Int) in connection.target >= outer && connection.target < chart.states[outer].end }
        if encloses(connection.source) { outer = connection.source }
        while !encloses(outer) { outer = chart.states[outer].parent ?? 0 }
        return outer
    }

    /// The child of `outer` that a state lies in. A state cannot point into itself here: a stand-in does.
    private func name(of state: Int, within outer: Int) -> String {
        guard state != outer else { return "any_\(outer)" }
        let child = chart.states[outer].children.first { state >= $0 && state < chart.states[$0].end }
        return ids[child ?? state]
    }

    private func label(_ reference: ChartDrawing.Reference, from source: Int, within outer: Int) -> String {
        let label = drawing.label(reference)
        let isLifted = source != outer && chart.states[source].parent != outer
        var text = isLifted ? "\(chart.states[source].key): \(label.event)" : label.event
        if let condition = label.condition {
            text += condition.count > Self.guardLimit ? " […]" : " [\(condition)]"
        }
        return Self.escaped(text)
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value) || scalar == "_")
    }

    /// Everything that could mean something to Mermaid as an entity of its own spelling, `#58;`.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            let isSafe =
                isWord(scalar) || " .,()[]/='!*-+".unicodeScalars.contains(scalar)
                || scalar.value > 0xA0 && scalar.properties.generalCategory != .format
            out += isSafe ? String(scalar) : scalar.value < 0x20 ? " " : "#\(scalar.value);"
        }
        // Mermaid looks for these words before it reads anything else.
        for word in ["style", "classDef", "click"] {
            out = out.split(separator: word, omittingEmptySubsequences: false)
                .joined(separator: "#\(word.unicodeScalars.first?.value ?? 0);" + word.dropFirst())
        }
        return out
    }
}
