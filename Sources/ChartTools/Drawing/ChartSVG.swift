import Statechart

/// A chart as an SVG picture, laid out here: nothing but this process is needed.
///
/// Colours come from the page (`currentColor`) and from custom properties that a page may set; opened by itself, the
/// picture follows the reader's light or dark scheme. What is active or visited differs by class alone, so one picture
/// of a chart serves all its instances.
package struct ChartSVG {
    private let picture: ChartPicture
    private let highlight: ChartHighlight
    private let prefix: String
    private var out = ""

    package static func draw(_ chart: Chart, highlight: ChartHighlight = ChartHighlight()) -> String {
        var writer = ChartSVG(chart, highlight)
        writer.write()
        return writer.out
    }

    private init(_ chart: Chart, _ highlight: ChartHighlight) {
        picture = ChartPicture(ChartLayout(ChartDrawing(chart)))
        self.highlight = highlight
        prefix = XMLText.identifier(chart.id)
    }

    private var drawing: ChartDrawing { picture.layout.drawing }
    private var chart: Chart { drawing.chart }

    private mutating func write() {
        let width = SVGNumber.text(picture.size.width.rounded(.up))
        let height = SVGNumber.text(picture.size.height.rounded(.up))
        let name = XMLText.escape("Statechart \(chart.id)")
        out += "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"statechart\" role=\"img\" aria-label=\"\(name)\""
        out += " width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\">\n"
        out += "<title>\(name)</title>\n<style>\n\(SVGStyle.text(prefix: prefix))</style>\n<defs>\n"
        for kind in ["", "-visited", "-active"] {
            out +=
                "<marker id=\"\(prefix)-arrow\(kind)\" class=\"head\(kind)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\""
            out += " markerWidth=\"7\" markerHeight=\"7\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
            out += "<path d=\"M0.5 0.5 7.5 4 0.5 7.5Z\"/></marker>\n"
        }
        out += "</defs>\n"
        for state in chart.states where !state.isAtomic && !state.isHistory { draw(state) }
        for arrow in picture.arrows { draw(arrow) }
        for state in chart.states where state.isAtomic || state.isHistory { draw(state) }
        for arrow in picture.arrows { drawLabel(arrow) }
        out += "</svg>\n"
    }

    private mutating func draw(_ state: State) {
        let isRegion = state.kind == .compound && state.parent.map { chart.states[$0].kind } == .parallel
        let kinds = [state.kind.svgClass] + (isRegion ? ["region"] : [])
        let classes = ["state"] + kinds + highlight.classes(of: state)
        let path = XMLText.escape(state.path)
        out += "<g id=\"\(prefix)-state-\(XMLText.identifier(state.path))\" class=\"\(classes.joined(separator: " "))\""
        out += " data-path=\"\(path)\">"
        out += "<title>\(XMLText.escape(title(of: state)))</title>\n"
        if state.isHistory { drawHistory(state) } else { drawBox(state) }
        out += "</g>\n"
    }

    private func title(of state: State) -> String {
        let name = state.path.isEmpty ? chart.id : state.path
        return state.note.map { "\(name): \($0)" } ?? name
    }

    private mutating func drawHistory(_ state: State) {
        let box = picture.boxes[state.id]
        let x = SVGNumber.text(box.origin.x + box.size.width / 2)
        let y = box.origin.y + box.size.height / 2
        out += "<circle class=\"box\" cx=\"\(x)\" cy=\"\(SVGNumber.text(y))\" r=\"12\"/>"
        out += "<text class=\"name\" text-anchor=\"middle\" x=\"\(x)\" y=\"\(SVGNumber.text(y + 4.5))\">"
        out += state.kind == .history(isDeep: true) ? "H*</text>\n" : "H</text>\n"
    }

    private mutating func drawBox(_ state: State) {
        let box = picture.boxes[state.id]
        rectangle(box, inset: 0, radius: state.isAtomic ? 8 : 10, "box")
        if state.kind == .final { rectangle(box, inset: 3, radius: 6, "ring") }
        let x = box.origin.x + (state.isAtomic ? 10 : Level.padding)
        var y = box.origin.y + 19
        let name = state.id == 0 ? chart.id : state.key
        text(name, "name", Point(x: x, y: y))
        if state.kind == .final {
            let middle = Point(x: box.right - 14, y: box.origin.y + 14)
            out +=
                "<circle class=\"end\" \(circle(middle)) r=\"5.5\"/><circle class=\"dot\" \(circle(middle)) r=\"3\"/>\n"
        }
        for line in drawing.lines[state.id] {
            let texts = TextMeasure.wrap([line.text], width: 40, limit: 3)
            for part in texts {
                y += TextMeasure.lineHeight
                let extra = line.transition.map { data($0, target: state.id) } ?? ""
                text(part, line.transition == nil ? "note" : "note transition", Point(x: x, y: y), extra, line.text)
            }
        }
        let layout = picture.layout.states[state.id]
        for divider in layout.dividers {
            let left = SVGNumber.text(box.origin.x + divider)
            out += "<path class=\"divider\" d=\"M\(left) \(SVGNumber.text(box.origin.y + layout.headerHeight))"
            out += "V\(SVGNumber.text(box.bottom))\"/>\n"
        }
        if let dot = picture.dots[state.id] { out += "<circle class=\"dot\" \(circle(dot)) r=\"5\"/>\n" }
    }

    private mutating func rectangle(_ box: Box, inset: Double, radius: Int, _ kind: String) {
        out += "<rect class=\"\(kind)\" x=\"\(SVGNumber.text(box.origin.x + inset))\""
        out += " y=\"\(SVGNumber.text(box.origin.y + inset))\" width=\"\(SVGNumber.text(box.size.width - 2 * inset))\""
        out += " height=\"\(SVGNumber.text(box.size.height - 2 * inset))\" rx=\"\(radius)\"/>\n"
    }

    private func circle(_ middle: Point) -> String {
        "cx=\"\(SVGNumber.text(middle.x))\" cy=\"\(SVGNumber.text(middle.y))\""
    }

    private mutating func text(
        _ text: String, _ kind: String, _ place: Point, _ extra: String = "", _ whole: String = ""
    ) {
        out += "<text class=\"\(kind)\" x=\"\(SVGNumber.text(place.x))\" y=\"\(SVGNumber.text(place.y))\"\(extra)>"
        if !whole.isEmpty, whole != text { out += "<title>\(XMLText.escape(whole))</title>" }
        out += "\(XMLText.escape(text))</text>\n"
    }
}

/// Arrows and their labels.
extension ChartSVG {
    private mutating func draw(_ arrow: ChartPicture.Arrow) {
        let connection = drawing.connections[arrow.connection]
        let path = SVGPath.text(arrow.points)
        guard !path.isEmpty else { return }
        if connection.transitions.isEmpty {
            let kind = connection.isInitial ? "initial" : "default"
            out += "<g class=\"\(kind)\"><path class=\"line\" d=\"\(path)\"/></g>\n"
        }
        for transition in connection.transitions {
            out += "<g class=\"\(classes(connection))\"\(data(transition, target: connection.target))>"
            out += "<title>\(XMLText.escape(drawing.label(transition).text))</title>"
            out += "<path class=\"line\" d=\"\(path)\"/></g>\n"
        }
    }

    private mutating func drawLabel(_ arrow: ChartPicture.Arrow) {
        guard let place = arrow.label else { return }
        let connection = drawing.connections[arrow.connection]
        var y = place.y + 10
        for transition in connection.transitions {
            let label = drawing.label(transition)
            out += "<g class=\"\(classes(connection)) label\"\(data(transition, target: connection.target))>"
            out += "<title>\(XMLText.escape(label.text))</title>\n"
            for (index, line) in TextMeasure.wrap(label.parts).enumerated() {
                text(line, index == 0 ? "event" : "note", Point(x: place.x, y: y))
                y += TextMeasure.lineHeight
            }
            out += "</g>\n"
        }
        for line in connection.note.map({ TextMeasure.wrap([$0]) }) ?? [] {
            text(line, "note", Point(x: place.x, y: y))
            y += TextMeasure.lineHeight
        }
    }

    private func classes(_ connection: ChartDrawing.Connection) -> String {
        let isTravelled = highlight.isTravelled(
            from: chart.states[connection.source], to: chart.states[connection.target])
        return isTravelled ? "transition visited" : "transition"
    }

    private func data(_ transition: ChartDrawing.Reference, target: Int) -> String {
        let events = chart.states[transition.state].transitions[transition.index].events.map(\.text)
        let values = [
            ("from", chart.states[transition.state].path), ("to", chart.states[target].path),
            ("event", events.joined(separator: " ")), ("index", String(transition.index)),
        ]
        return values.map { " data-\($0)=\"\(XMLText.escape($1))\"" }.joined()
    }
}

extension State.Kind {
    fileprivate var svgClass: String {
        switch self {
        case .atomic: "atomic"
        case .compound: "compound"
        case .parallel: "parallel"
        case .final: "final"
        case .history: "history"
        }
    }
}
