/// A place in a chart's file, both counted from 1; columns count Unicode scalars.
package struct SourcePosition: Sendable, Hashable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// One thing that is wrong with a chart, where, and what was expected.
package struct ChartDiagnostic: Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The file is no YAML or JSON, or uses what charts may not (anchors, merges, tags, duplicate keys).
        case syntax
        /// The file, its nesting, or an expression is over a limit.
        case limit
        /// A key that the format does not have in this place, or has under another name.
        case unknownKey = "unknown-key"
        /// A value of the wrong kind, or a member that is missing.
        case shape
        /// A target, initial state or timer that cannot be found, or is not the only one of its name.
        case target
        /// A structure that could not run, or would not do what it looks like.
        case structure
        /// An invocation, action, delay, event or schema that is not in the vocabulary.
        case vocabulary
        /// An expression that cannot be read.
        case expression
        /// An expression or value whose type does not fit.
        case type
    }

    package var file: String
    package var position: SourcePosition
    package var code: Code
    package var message: String

    package init(file: String, position: SourcePosition, code: Code, message: String) {
        self.file = file
        self.position = position
        self.code = code
        self.message = message
    }

    package var line: Int { position.line }
    package var column: Int { position.column }

    /// `file:line:column: error[code]: message`, as compilers write it.
    package var description: String { "\(file):\(line):\(column): error[\(code.rawValue)]: \(message)" }
}

/// Why a chart was refused: at least one diagnostic, in the order of the file.
package struct ChartDiagnostics: Error, Sendable, Hashable, CustomStringConvertible {
    package let list: [ChartDiagnostic]

    package init(_ list: [ChartDiagnostic]) { self.list = list }

    package var description: String { list.map(\.description).joined(separator: "\n") }
}
