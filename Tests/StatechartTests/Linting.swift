import ChartFormat
import ChartLint
import Testing

/// What the linter says of a chart.
enum Linting {
    static func findings(
        _ text: String, _ vocabulary: ChartVocabulary = Charts.vocabulary, _ dialect: ChartDialect = .native
    ) throws -> [LintFinding] {
        let read = try ChartReader.readPlaces(text: text, file: "test.yaml", vocabulary: vocabulary, dialect: dialect)
        return ChartLinter.findings(in: read, file: "test.yaml", vocabulary: vocabulary)
    }
}

/// The marked chart has the finding at its mark `⟦`, and so has one that accepts it not.
func finds(
    _ code: LintCode, _ marked: String, _ message: String = "", severity: LintCode.Severity? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let lines = marked.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("⟦") }, sourceLocation: sourceLocation)
    let column = lines[line].unicodeScalars.prefix { $0 != "⟦" }.count
    let text = marked.replacing("⟦", with: "")
    let found = try Linting.findings(text)
    let place = SourcePosition(line: line + 1, column: column + 1)
    let hit = found.contains {
        $0.code == code && $0.position == place && (message.isEmpty || $0.message.contains(message))
            && $0.severity == severity ?? code.severity
    }
    #expect(hit, "\(found.map(\.description))", sourceLocation: sourceLocation)
    guard !text.contains("\nlint:") else { return }
    let accepted = try Linting.findings(text + "\nlint: {accept: {\(code.rawValue): it is meant}}\n")
    #expect(!accepted.contains { $0.code == code }, sourceLocation: sourceLocation)
}

/// The chart has no finding of this code.
func spares(_ code: LintCode, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let found = try Linting.findings(text).filter { $0.code == code }
    #expect(found == [], sourceLocation: sourceLocation)
}
