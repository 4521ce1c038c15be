import JSONValue

/// A message for a chat endpoint.
package struct ChatMessage: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable { case system, user }

    package let role: Role
    package let content: String

    package init(role: Role, content: String) {
        self.role = role
        self.content = content
    }

    package var json: JSON { ["role": .string(role.rawValue), "content": .string(content)] }
}

extension Prompt {
    /// The conversation for a chat endpoint: what to do, then the untrusted data alone in a message of its own.
    ///
    /// The data is one line of JSON between two lines with a random tag. It can hold neither a line break nor an angle
    /// bracket, and the tag is drawn until the data does not contain it: nothing in it can end the data.
    package func messages(
        data: JSON, outputSchema: JSON, using random: inout some RandomNumberGenerator
    ) -> [ChatMessage] {
        let data = Self.inert(data.text)
        var tag = Self.tag(&random)
        while data.contains(tag) { tag = Self.tag(&random) }
        let values = ["tag": tag, "schema": outputSchema.text]
        return [
            ChatMessage(role: .system, content: filled(system, values)),
            ChatMessage(role: .user, content: filled(task, values)),
            ChatMessage(role: .user, content: "BEGIN DATA \(tag)\n\(data)\nEND DATA \(tag)"),
        ]
    }

    private static func tag(_ random: inout some RandomNumberGenerator) -> String {
        let number = UInt64.random(in: .min ... .max, using: &random)
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// JSON text without angle brackets, ampersands and Unicode's line separators; the value is the same.
    private static func inert(_ json: String) -> String {
        var out = ""
        for scalar in json.unicodeScalars {
            switch scalar {
            case "<": out += "\\u003c"
            case ">": out += "\\u003e"
            case "&": out += "\\u0026"
            case "\u{2028}": out += "\\u2028"
            case "\u{2029}": out += "\\u2029"
            case "\u{85}": out += "\\u0085"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
