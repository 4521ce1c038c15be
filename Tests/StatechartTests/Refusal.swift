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
    // The JSON Schema knows the keys too, but not those within expressions, which may be any value there.
    if code == .unknownKey, !marked.contains("⟦'@") {
        let json = try ChartReader.json(text: marked.replacing("⟦", with: ""), file: "test.yaml")
        let isTaken = try Charts.schema.get().accepts(json)
        #expect(!isTaken, "the JSON Schema takes \(marked)", sourceLocation: sourceLocation)
    }
    #expect(found == found.sorted { $0.position < $1.position }, sourceLocation: sourceLocation)
}
