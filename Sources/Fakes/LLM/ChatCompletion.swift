import JSONValue
import Oracles

/// A chat completion in the making: the model's text and how it ended.
struct ChatCompletion: Sendable {
    let id: String
    let model: String
    let promptTokens: Int
    var content: String?
    var refusal: String?
    var finishReason = "stop"

    init(_ input: StageInput, request: JSON, body: [UInt8], model: String, now: Timestamp) {
        let text = String(decoding: body, as: UTF8.self)
        id = "chatcmpl-" + String(StableHash.of(text), radix: 36)
        self.model = request["model"]?.string ?? model
        promptTokens = LLMForms.tokens(body.count)
        content = StageOracle.output(input, now: now).text
    }

    /// Spoils the answer as the fault asks.
    mutating func apply(_ fault: LLMFault) {
        let text = content ?? ""
        switch fault {
        case .rubbish: content = "I looked into it and, well, it depends {on: what you mean]."
        case .wrongSchema: content = #"{"decision":"maybe","verdicts":[1,2,3],"next_state":"published"}"#
        case .cutJSON:
            content = String(decoding: Array(text.utf8.prefix(text.utf8.count / 2)), as: UTF8.self)
            finishReason = "length"
        case .prose: content = "Sure! Here is the result you asked for:\n\n\(text)\n\nLet me know if you need more."
        case .fenced: content = "```json\n\(text)\n```"
        case .refusal:
            content = nil
            refusal = "I'm sorry, but I can't help with that."
        default: break
        }
    }

    func form(now: Timestamp) -> JSON {
        let completionTokens = LLMForms.tokens((content ?? refusal ?? "").utf8.count)
        return [
            "id": .string(id), "object": "chat.completion", "created": .int(now.wholeSeconds), "model": .string(model),
            "choices": [
                [
                    "index": 0,
                    "message": ["role": "assistant", "content": JSON(content), "refusal": JSON(refusal)],
                    "logprobs": nil, "finish_reason": .string(finishReason),
                ]
            ],
            "usage": [
                "prompt_tokens": .int(Int64(promptTokens)), "completion_tokens": .int(Int64(completionTokens)),
                "total_tokens": .int(Int64(promptTokens + completionTokens)),
                "prompt_tokens_details": ["cached_tokens": 0],
                "completion_tokens_details": ["reasoning_tokens": 0],
            ],
        ]
    }
}
