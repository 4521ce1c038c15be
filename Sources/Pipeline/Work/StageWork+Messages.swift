import Texts

extension StageWork {
    /// The conversation for a chat endpoint.
    package func messages(
        prompt: Prompt, using random: inout some RandomNumberGenerator
    ) throws(StageFailure) -> [ChatMessage] {
        guard source.performer == .endpoint, prompt.schema == source.outputSchemaName else {
            throw StageFailure(.unsupported, "a chat cannot do '\(source.rawValue)'", isRetryable: false)
        }
        return prompt.messages(data: input, outputSchema: outputSchema, using: &random)
    }
}
