import Statechart

/// A chart for Graphviz: compound states are clusters, arrows end at their borders.
package enum ChartDOT {
    package static func draw(_ chart: Chart, highlight: ChartHighlight = ChartHighlight()) -> String {
        let drawing = ChartDrawing(chart)
        var lines = [
            "digraph \(quoted(chart.id)) {",
            "  graph [compound=true, rankdir=TB, fontname=\"sans-serif\", fontsize=12, nodesep=0.3, ranksep=0.45];",
            "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11, height=0.3];",
            "  edge [fontname=\"monospace\", fontsize=9, arrowsize=0.7];",
        ]
        add(drawing, 0, indent: "  ", highlight, to: &lines)
        for connection in drawing.connections { lines.append("  " + edge(drawing, connection, highlight)) }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private static func add(
        _ drawing: ChartDrawing, _ id: Int, indent: String, _ highlight: ChartHighlight, to lines: inout [String]
    ) {
        let state = drawing.chart.states[id]
        let name = id == 0 ? drawing.chart.id : state.key
        let texts = [name] + drawing.lines[id].map { $0.text.shortened(to: 60) }
        let label = "label=\(quoted(texts.joined(separator: "\n")))"
        let classes = (["state"] + highlight.classes(of: state)).joined(separator: " ")
        let extra = "id=\(quoted("state-" + XMLText.identifier(state.path))), class=\(quoted(classes))"
        guard !state.isAtomic, !state.isHistory else {
            lines.append("\(indent)s\(id) [\(label), \(extra)\(shape(of: state))];")
            return
        }
        lines.append("\(indent)subgraph cluster_\(id) {")
        let style = drawing.chart.states[id].parent.map { drawing.chart.states[$0].kind } == .parallel
        lines.append(
            "\(indent)  \(label); \(extra.split(separator: ", ").joined(separator: "; ")); labeljust=l; style=\"rounded\(style ? ",dashed" : "")\";"
        )
        // An arrow to a cluster needs a node within it to aim at.
        let dot = "shape=point, width=0.1, label=\"\", class=\"initial\""
        lines.append("\(indent)  i\(id) [\(dot)\(state.kind == .compound ? "" : ", style=invis")];")
        for child in state.children { add(drawing, child, indent: indent + "  ", highlight, to: &lines) }
        lines.append("\(indent)}")
    }

    private static func shape(of state: State) -> String {
        switch state.kind {
        case .final: ", peripheries=2"
        case .history(let isDeep): ", shape=circle, label=\"\(isDeep ? "H*" : "H")\""
        default: ""
        }
    }

    private static func edge(
        _ drawing: ChartDrawing, _ connection: ChartDrawing.Connection, _ highlight: ChartHighlight
    ) -> String {
        let states = drawing.chart.states
        let isBox = { (id: Int) in !states[id].isAtomic && !states[id].isHistory }
        let tail = connection.isInitial || isBox(connection.source) ? "i\(connection.source)" : "s\(connection.source)"
        let head = isBox(connection.target) ? "i\(connection.target)" : "s\(connection.target)"
        let texts = connection.transitions.map { drawing.label($0).parts }.flatMap { TextMeasure.wrap($0) }
        let isTravelled =
            !connection.isInitial
            && highlight.isTravelled(from: states[connection.source], to: states[connection.target])
        var parts = ["class=\"\(connection.isInitial ? "initial" : "transition")\(isTravelled ? " visited" : "")\""]
        if !texts.isEmpty { parts.append("label=\(left(texts))") }
        let encloses = { (outer: Int, inner: Int) in inner >= outer && inner < states[outer].end }
        if isBox(connection.source), !connection.isInitial, !encloses(connection.source, connection.target) {
            parts.append("ltail=cluster_\(connection.source)")
        }
        if isBox(connection.target), !encloses(connection.target, connection.source) {
            parts.append("lhead=cluster_\(connection.target)")
        }
        return "\(tail) -> \(head) [\(parts.joined(separator: ", "))];"
    }

    /// Lines that begin at the left.
    private static func left(_ lines: [String]) -> String {
        "\"" + lines.map { escaped($0) + "\\l" }.joined() + "\""
    }

    private static func quoted(_ text: String) -> String { "\"" + escaped(text) + "\"" }

    /// Within quotes Graphviz knows backslash escapes, and HTML entities everywhere.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "&": out += "&amp;"
            default: out.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar)
            }
        }
        return out
    }
}

extension ChartDOT {
    /// What Graphviz drew, with this service's style sheet: colours of the page, and what is active pointed out.
    package static func styled(_ picture: String) -> String {
        guard let start = picture.firstRange(of: "<svg"), let end = picture[start.upperBound...].firstIndex(of: ">")
        else {
            return picture
        }
        let place = picture.index(after: end)
        return picture[..<place] + "\n<style>\n\(SVGStyle.graphviz)</style>" + picture[place...]
    }
}
