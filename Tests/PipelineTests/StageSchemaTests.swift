import Assets
import JSONSchema
import JSONValue
import Testing
import Texts

@testable import Pipeline

@Suite("Stage schemas")
struct StageSchemaTests {
    static let names = [
        "triage.output", "research.output", "research.next_query.output", "response.output", "editorial.output",
        "TriageResult", "ResearchFindings", "DraftResponse", "EditorialDecision", "PostedComment",
    ]

    @Test func `every carried schema is of our subset`() throws {
        let assets = Asset.under("schemas").filter { !$0.name.hasPrefix("chart-") }
        #expect(assets.count == Self.names.count + 1)
        for asset in assets { _ = try Schema(JSON.parse(asset.bytes)) }
    }

    @Test(.enabled(if: SharedFiles.areThere), arguments: names)
    func `each schema equals the shared one`(_ name: String) throws {
        let shared = try SharedFiles.json("output-schemas/\(name).schema.json")
        #expect(StageSchemas.named(name)?.source == shared)
    }

    @Test(.enabled(if: SharedFiles.areThere), arguments: names)
    func `each shared example fits its schema`(_ name: String) throws {
        let example = try #require(try SharedFiles.json("output-schemas/examples.json")[name])
        #expect(StageSchemas.named(name)?.validate(example) == [])
    }

    @Test(.enabled(if: SharedFiles.areThere), arguments: ["triage.output", "TriageResult", "PostedComment"])
    func `an example with a member too many, one too few or a wrong word does not fit`(_ name: String) throws {
        let example = try #require(try SharedFiles.json("output-schemas/examples.json")[name]?.object)
        let schema = try #require(StageSchemas.named(name))
        for key in example.keys {
            var lacking = example
            lacking[key] = nil
            #expect(!schema.accepts(.object(lacking)), "without \(key)")
        }
        #expect(!schema.accepts(JSON.object(example).with("next_stage", "published")))
    }

    @Test(.enabled(if: SharedFiles.areThere))
    func `stored results read back as they were`() throws {
        let examples = try SharedFiles.json("output-schemas/examples.json")
        #expect(
            try TriageResult(json: #require(examples["TriageResult"])).json["claims"]
                == examples["TriageResult"]?["claims"])
        #expect(try ResearchFindings(json: #require(examples["ResearchFindings"])).json == examples["ResearchFindings"])
        #expect(try DraftResponse(json: #require(examples["DraftResponse"])).json == examples["DraftResponse"])
        let decision = try #require(examples["EditorialDecision"])
        #expect(try EditorialDecision(json: decision).json.with("approval", 0) == decision.with("approval", 0))
        let comment = try PostedComment(json: #require(examples["PostedComment"]))
        #expect(StageSchemas.named("PostedComment")?.validate(comment.json) == [])
        #expect(try PostedComment(json: comment.json) == comment)
    }

    @Test(arguments: JobSource.allCases)
    func `every source has its schemas and a prompt if a chat can do it`(_ source: JobSource) throws {
        #expect(StageSchemas.named(source.outputSchemaName) != nil)
        #expect(StageSchemas.named(source.resultSchemaName) != nil)
        if [.triage, .response, .editorial].contains(source) {
            let prompt = try Prompt.builtIn(for: source)
            #expect(prompt.schema == source.outputSchemaName)
        }
    }
}
