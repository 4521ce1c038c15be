/// The text of a chart's file, for finding places within its scalars.
struct ChartSource {
    private let lines: [[Unicode.Scalar]]

    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    /// The place in the file of a Unicode scalar of a node's text. Walks through the file beside the text, so that
    /// quotes, escapes and folded lines count; where they part, the node's own place is the answer.
    func position(of offset: Int, in node: ChartNode) -> SourcePosition {
        guard case .scalar(let text, let style) = node.content else { return node.position }
        var place = node.position
        switch style {
        case .plain: break
        case .singleQuoted, .doubleQuoted: place.column += 1
        case .block: place = SourcePosition(line: place.line + 1, column: 1)
        }
        var isLineStart = style == .block
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if isLineStart { place = skipSpace(place) }
            isLineStart = false
            if index == offset { return place }
            guard let found = self.scalar(at: place) else {
                // A line's end stands for one space, or for itself.
                guard scalar == " " || scalar == "\n", place.line < lines.count else { return node.position }
                place = SourcePosition(line: place.line + 1, column: 1)
                isLineStart = true
                continue
            }
            if style == .doubleQuoted, found == "\\" {
                place.column += escapeLength(at: place)
            } else if found == scalar {
                place.column += style == .singleQuoted && found == "'" ? 2 : 1
            } else {
                return node.position
            }
        }
        return place
    }

    private func scalar(at place: SourcePosition) -> Unicode.Scalar? {
        guard lines.indices.contains(place.line - 1) else { return nil }
        let line = lines[place.line - 1]
        guard line.indices.contains(place.column - 1), line[place.column - 1] != "\r" else { return nil }
        return line[place.column - 1]
    }

    private func skipSpace(_ place: SourcePosition) -> SourcePosition {
        var place = place
        while scalar(at: place) == " " { place.column += 1 }
        return place
    }

    private func escapeLength(at place: SourcePosition) -> Int {
        switch scalar(at: SourcePosition(line: place.line, column: place.column + 1)) {
        case "x": 4
        case "u": 6
        case "U": 10
        default: 2
        }
    }
}
