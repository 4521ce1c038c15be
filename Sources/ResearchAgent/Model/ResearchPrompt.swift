import Assets
import JSONSchema
import JSONValue
import Texts

/// The two questions that the agent asks a model, with the prompts and schemas that the binary carries.
package struct ResearchPrompt: Sendable {
    package let prompt: Prompt
    package let schema: Schema
    let name: String

    package static let query = carried("research_query")
    package static let evidence = carried("research_evidence")

    private static func carried(_ name: String) -> ResearchPrompt {
        guard let asset = Asset.at("prompts/\(name).md"), let prompt = try? Prompt(asset.text),
            let schemaAsset = Asset.at("schemas/\(prompt.schema).schema.json"),
            let json = try? JSON.parse(schemaAsset.bytes), let schema = try? Schema(json)
        else { preconditionFailure("the binary carries prompts/\(name).md with its schema; a test reads them") }
        return ResearchPrompt(prompt: prompt, schema: schema, name: name)
    }

    func messages(_ data: JSON) -> [ChatMessage] {
        var random = SystemRandomNumberGenerator()
        return prompt.messages(data: data, outputSchema: schema.source, using: &random)
    }
}
