import ChartFormat
import Testing

/// A broken chart marks its fault with `⟦` in front of it.
func refuses(
    _ marked: String, _ code: ChartDiagnostic.Code, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let lines = marked.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("⟦") })
    let column = lines[line].unicodeScalars.prefix { $0 != "⟦" }.count
    let found = Charts.check(marked.replacing("⟦", with: ""))
    let expected = "test.yaml:\(line + 1):\(column + 1): error[\(code.rawValue)]: "
    let hit = found.contains { $0.description.hasPrefix(expected) && $0.message.contains(message) }
    #expect(hit, "\(found.map(\.description))", sourceLocation: sourceLocation)
    #expect(found == found.sorted { $0.position < $1.position }, sourceLocation: sourceLocation)
}
