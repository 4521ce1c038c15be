import ChartFormat
import Foundation
import JSONSchema
import JSONValue
import TestSupport
import Testing

/// The JSON Schema for editors. Every chart that any test here reads is held against it too.
struct ChartSchemaTests {
    private func file(_ path: String) throws -> String {
        try String(contentsOf: Repository.root.appending(path: path), encoding: .utf8)
    }

    @Test func `the committed schema is the one that the reader's tables give`() throws {
        let isSame = try file("schemas/chart-1.schema.json") == ChartSchema.text
        #expect(isSame, "run rejoinder chart schema > schemas/chart-1.schema.json")
        #expect(try JSON.parse(ChartSchema.text) == ChartSchema.json)
    }

    @Test func `the post's chart and the examples fit`() throws {
        let schema = try Charts.schema.get()
        for text in [PostChartTests.text, Charts.triage, ChildChartTests.text] {
            #expect(schema.validate(try ChartReader.json(text: text, file: "x")) == [])
        }
    }

    @Test func `what does not fit is refused with its place`() throws {
        let schema = try Charts.schema.get()
        for (old, new, path) in [
            ("meta:", "mete:", "mete"), ("after:", "aftr:", "aftr"), ("guard:", "cond:", "cond"),
            ("src:", "scr:", "invoke"),
            ("chart: 1", "chart: 2", "chart"), ("initial: intake", "initial: {to: intake}", "initial"),
            ("type: final", "type: finale", "type"), ("target: found", "target: 3", "target"),
        ] {
            let json = try ChartReader.json(text: PostChartTests.text.replacing(old, with: new), file: "x")
            let found = schema.validate(json)
            #expect(found.contains { $0.path.contains(path) }, "\(new): \(found)")
        }
    }

    @Test func `every key of the format stands in the manual`() throws {
        let manual = try file("docs/charts.md")
        for (place, keys) in ChartSchema.keys {
            for key in keys
            where !manual.contains("`\(key)`") && !manual.contains("`\(key):") && !manual.contains("\(key): ") {
                Issue.record("docs/charts.md does not mention '\(key)' of \(place)")
            }
        }
    }

    @Test func `a schema that refers to itself without end is refused where it is used`() throws {
        let schema = try Schema(recursive: ["$ref": "#/$defs/a", "$defs": ["a": ["$ref": "#/$defs/a"]]])
        #expect(!schema.accepts(1))
        #expect(throws: SchemaError.self) { try Schema(["$ref": "#/$defs/a"]) }
        #expect(throws: SchemaError.self) { try Schema(["anyOf": [[:]]]) }
    }
}
