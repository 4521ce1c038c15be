/// Phrases that speak to a model rather than to readers. Finding one sends a post to a person; it is an alarm, not a
/// wall: what protects the service is that models can do nothing but answer.
package enum InstructionPhrases {
    /// In the form of ``NormalizedText``.
    private static let phrases = [
        "ignore all previous", "ignore previous instructions", "ignore the previous instructions",
        "ignore the above instructions", "ignore all the above", "ignore your instructions", "ignore all instructions",
        "ignore any instructions", "disregard all previous", "disregard previous instructions",
        "disregard the above instructions", "disregard your instructions", "forget all previous",
        "forget your instructions", "forget everything above", "new instructions:", "{system_prompt}",
        "your system prompt", "you are now in maintenance mode", "you are now in developer mode",
        "set decision to", "set the decision to", "\"decision\":", "\"decision\" :", "decision: approve",
        "approve this draft", "approved this draft", "post_now", "write_to_database", "next_stage", "queue_stage",
        "function_call", "tool_call", "<tool", "reply with the text", "respond only with", "answer only with",
        "append the link", "<|im_start|>", "<|im_end|>", "<|system|>", "[inst]", "<<sys>>", "</untrusted>",
        "</post>", "</data>", "<system>", "</system>", "<!-- assistant", "<!-- system", "### instruction",
        "### system",
    ].map { NormalizedText($0).scalars }

    /// Phrases by their first two scalars: one pass over a text looks for all of them.
    private static let byStart = Dictionary(grouping: phrases) { key($0, 0) }

    /// Words at the start of a line that pretend to be another speaker of a chat.
    private static let speakers = ["SYSTEM:", "ASSISTANT:", "Assistant:", "[SYSTEM]", "[system]"].map {
        Array($0.utf8)
    }

    /// What may stand before them.
    private static let decorations = Array(" \t*#>-_".utf8)

    package static func occur(in text: String) -> Bool {
        hasPhrase(NormalizedText(text).scalars) || hasSpeakerLine(text)
    }

    private static func hasPhrase(_ scalars: [Unicode.Scalar]) -> Bool {
        scalars.indices.dropLast().contains { index in
            guard let phrases = byStart[key(scalars, index)] else { return false }
            return phrases.contains { scalars[index...].starts(with: $0) }
        }
    }

    private static func key(_ scalars: [Unicode.Scalar], _ index: Int) -> UInt64 {
        UInt64(scalars[index].value) << 32 | UInt64(scalars[index + 1].value)
    }

    /// One pass over the bytes: to split at characters, as Unicode has them, costs several times as much.
    private static func hasSpeakerLine(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var isStart = true
        for (index, byte) in bytes.enumerated() {
            if isNewline(bytes, endingAt: index) {
                isStart = true
            } else if !decorations.contains(byte) {
                if isStart, speakers.contains(where: { bytes[index...].starts(with: $0) }) { return true }
                isStart = false
            }
        }
        return false
    }

    /// Line feed to carriage return, next line (U+0085), line and paragraph separator (U+2028, U+2029).
    private static func isNewline(_ bytes: [UInt8], endingAt index: Int) -> Bool {
        switch bytes[index] {
        case 0x0A...0x0D: true
        case 0x85: index >= 1 && bytes[index - 1] == 0xC2
        case 0xA8, 0xA9: index >= 2 && bytes[index - 2] == 0xE2 && bytes[index - 1] == 0x80
        default: false
        }
    }
}
