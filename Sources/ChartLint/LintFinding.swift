import ChartFormat

/// One thing about a chart that is probably not meant so: where, and what happens if it stays.
package struct LintFinding: Sendable, Hashable, CustomStringConvertible {
    package var code: LintCode
    package var severity: LintCode.Severity
    package var file: String
    package var position: SourcePosition
    package var message: String
    /// What it is about: a state's path, an event, a member of the context. Accepting one names it.
    package var subject: String
    /// The state, by id, that it stands in.
    package var state: Int

    package var line: Int { position.line }
    package var column: Int { position.column }

    /// `file:line:column: warning[code]: message`, as compilers write it.
    package var description: String {
        "\(file):\(line):\(column): \(severity.rawValue)[\(code.rawValue)]: \(message)"
    }
}
