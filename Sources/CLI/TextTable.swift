import JSONValue

/// Rows of JSON objects as a table for a terminal.
enum TextTable {
    static func render(_ rows: [JSON], columns: [String]) -> String {
        guard !rows.isEmpty else { return "nothing here" }
        let cells = [columns] + rows.map { row in columns.map { cell(row[$0]) } }
        let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            var line = ""
            for (index, text) in row.enumerated() {
                let isLast = index == row.count - 1
                line += isLast ? text : text + String(repeating: " ", count: widths[index] - text.count + 2)
            }
            return line
        }.joined(separator: "\n")
    }

    private static func cell(_ value: JSON?) -> String {
        switch value {
        case nil, .null?: return "-"
        case .string(let text)?: return one(text)
        case .array(let elements)?: return one(elements.compactMap(\.string).joined(separator: ", "))
        case .some(let other): return other.text
        }
    }

    /// One line, not too long.
    private static func one(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 80 ? line.prefix(79) + "…" : line
    }
}

/// A post's answer as text.
enum PostText {
    static func describe(_ post: JSON) -> String {
        var lines = [
            "post \(text(post["id"])) (\(text(post["fullname"]))), revision \(text(post["revision"]))",
            "  \(text(post["queue_stage"])): \(text(post["queue_status"])) [\(text(post["configuration"]))]",
        ]
        if let submission = post["submission"], !submission.isNull {
            lines.append("  \(text(submission["community"])): \(text(submission["title"]))")
        }
        for wait in post["waiting"]?.array ?? [] {
            let since = wait["since"]?.string.map { " since \($0)" } ?? ""
            let until = wait["until"]?.string.map { " until \($0)" } ?? ""
            lines.append("  waits for: \(text(wait["text"]))\(since)\(until)")
        }
        if let accepts = post["accepts"]?.array, !accepts.isEmpty { lines.append("  takes: \(text(post["accepts"]))") }
        return lines.joined(separator: "\n")
    }

    private static func text(_ value: JSON?) -> String {
        switch value {
        case nil, .null?: "-"
        case .string(let text)?: text
        case .array(let elements)?: elements.compactMap(\.string).joined(separator: ", ")
        case .some(let other): other.text
        }
    }
}
