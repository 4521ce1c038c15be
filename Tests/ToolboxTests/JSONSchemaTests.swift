import JSONSchema
import JSONValue
import Testing

@Suite("JSON Schema")
struct JSONSchemaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let schema: String
        let value: String
        let fits: Bool
        init(_ schema: String, _ value: String, _ fits: Bool) {
            self.schema = schema
            self.value = value
            self.fits = fits
        }
        var testDescription: String { "\(value) \(fits ? "fits" : "does not fit") \(schema)" }
    }

    @Test(arguments: [
        Case(#"{}"#, #"[1, {"a": null}]"#, true),
        Case(#"{"type": "integer"}"#, "1", true),
        Case(#"{"type": "integer"}"#, "1.0", true),
        Case(#"{"type": "integer"}"#, "1.5", false),
        Case(#"{"type": "integer"}"#, #""1""#, false),
        Case(#"{"type": "integer"}"#, "true", false),
        Case(#"{"type": "number"}"#, "1", true),
        Case(#"{"type": "number"}"#, "1.5", true),
        Case(#"{"type": ["string", "null"]}"#, "null", true),
        Case(#"{"type": ["string", "null"]}"#, "0", false),
        Case(#"{"type": ["string", "null"], "maxLength": 3}"#, "null", true),
        Case(#"{"enum": ["a", null, 1]}"#, "null", true),
        Case(#"{"enum": ["a", null, 1]}"#, "1.0", true),
        Case(#"{"enum": ["a", null, 1]}"#, #""A""#, false),
        Case(#"{"const": {"a": [1]}}"#, #"{"a": [1.0]}"#, true),
        Case(#"{"const": "a"}"#, #""b""#, false),
        Case(#"{"const": false}"#, "0", false),
        Case(#"{"required": ["a"]}"#, #"{"a": null}"#, true),
        Case(#"{"required": ["a"]}"#, "{}", false),
        Case(#"{"required": ["a"]}"#, "[]", true),
        Case(#"{"properties": {"a": {"type": "string"}}}"#, #"{"a": 1}"#, false),
        Case(#"{"properties": {"a": {"type": "string"}}}"#, #"{"b": 1}"#, true),
        Case(#"{"properties": {"a": {}}, "additionalProperties": false}"#, #"{"b": 1}"#, false),
        Case(#"{"additionalProperties": {"type": "integer"}, "properties": {"a": {}}}"#, #"{"a": "x", "b": 1}"#, true),
        Case(#"{"additionalProperties": {"type": "integer"}}"#, #"{"b": "x"}"#, false),
        Case(#"{"items": {"type": "integer"}}"#, "[1, 2]", true),
        Case(#"{"items": {"type": "integer"}}"#, #"[1, "2"]"#, false),
        Case(#"{"minItems": 1, "maxItems": 2}"#, "[]", false),
        Case(#"{"minItems": 1, "maxItems": 2}"#, "[0, 0, 0]", false),
        Case(#"{"minimum": 0, "maximum": 1}"#, "1", true),
        Case(#"{"minimum": 0, "maximum": 1}"#, "1.01", false),
        Case(#"{"exclusiveMinimum": 0}"#, "0", false),
        Case(#"{"exclusiveMaximum": 1}"#, "1", false),
        Case(#"{"exclusiveMaximum": 1}"#, "0.99", true),
        Case(#"{"minLength": 1, "maxLength": 2}"#, #""""#, false),
        Case(#"{"maxLength": 2}"#, #""👍🏽""#, true),
        Case(#"{"maxLength": 1}"#, #""👍🏽""#, false),
        Case(#"{"format": "date-time"}"#, #""2026-11-23T17:05:00Z""#, true),
        Case(#"{"format": "date-time"}"#, #""yesterday""#, false),
        Case(#"{"format": "date-time"}"#, "null", true),
        Case(#"{"properties": {"a": false}}"#, #"{"a": 1}"#, false),
    ])
    func `each keyword says what fits and what does not`(_ example: Case) throws {
        let schema = try Schema(JSON.parse(example.schema))
        #expect(schema.accepts(try JSON.parse(example.value)) == example.fits)
    }

    @Test(arguments: [
        (#"{"properties": {"a": {"pattern": "x"}}}"#, SchemaError.Code.unknownKeyword, "/properties/a", "pattern"),
        (#"{"items": {"oneOf": []}}"#, .unknownKeyword, "/items", "oneOf"),
        (#"{"type": "text"}"#, .badKeyword, "/type", "text"),
        (#"{"type": []}"#, .badKeyword, "/type", "type"),
        (#"{"enum": []}"#, .badKeyword, "/enum", "list"),
        (#"{"required": [1]}"#, .badKeyword, "/required", "strings"),
        (#"{"maxLength": -1}"#, .badKeyword, "/maxLength", "whole number"),
        (#"{"format": "email"}"#, .badKeyword, "/format", "date-time"),
        (#"{"properties": {"a/b": 3}}"#, .badKeyword, "/properties/a~1b", "object"),
    ])
    func `a schema beyond the subset is refused by name and place`(
        _ text: String, _ code: SchemaError.Code, _ path: String, _ word: String
    ) throws {
        let json = try JSON.parse(text)
        let error = #expect(throws: SchemaError.self) { try Schema(json) }
        #expect(error?.code == code)
        #expect(error?.path == path)
        #expect(error?.message.contains(word) == true)
    }

    @Test func `violations point to their places and do not repeat texts`() throws {
        let schema = try Schema(
            JSON.parse(
                #"{"required": ["b"], "properties": {"a": {"items": {"maxLength": 3}}}, "additionalProperties": false}"#
            ))
        let violations = schema.validate(["a": ["abc", "secret"], "x/y": 1])
        #expect(violations.map(\.path) == ["", "/a/1", "/x~1y"])
        #expect(!violations.contains { $0.description.contains("secret") })
    }

    @Test func `a hopeless value is reported in a bounded list`() throws {
        let schema = try Schema(["items": ["type": "string"]])
        let violations = schema.validate(.array(Array(repeating: 1, count: 1000)))
        #expect(violations.count == Schema.violationLimit)
    }

    @Test func `a bottomless schema is refused`() {
        var json: JSON = ["type": "string"]
        for _ in 0..<100 { json = ["items": json] }
        let error = #expect(throws: SchemaError.self) { try Schema(json) }
        #expect(error?.code == .tooDeep)
    }
}
