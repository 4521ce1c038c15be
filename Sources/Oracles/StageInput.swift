import JSONValue

/// What a request to a chat endpoint is about: the stage and the one JSON document of its last user message.
package struct StageInput: Sendable {
    package static let stages = ["triage", "research", "response", "editorial"]
    private static let limits = JSONLimits(depth: 100, bytes: 8 << 20)

    package let stage: String
    let document: JSON

    /// - Parameter request: the body of `POST /v1/chat/completions`.
    package init(chat request: JSON) {
        let messages = request["messages"]?.array ?? []
        let last = messages.last { $0["role"]?.string == "user" } ?? .null
        document = Self.document(in: Self.text(last["content"] ?? .null)) ?? [:]
        let names = [
            request["response_format"]?["json_schema"]?["name"]?.string, request["metadata"]?["stage"]?.string,
            document["stage"]?.string, request["model"]?.string,
        ]
        stage = names.lazy.compactMap { $0.flatMap(Self.stage(named:)) }.first ?? "triage"
    }

    package init(stage: String, document: JSON) {
        self.stage = Self.stage(named: stage) ?? "research"
        self.document = document
    }

    /// The stage that a name begins with, such as `triage` for `triage.output` and `triage_v2`.
    static func stage(named name: String) -> String? {
        stages.first { name.lowercased().hasPrefix($0) }
    }

    /// A message's content: a string, or parts of which the texts count.
    private static func text(_ content: JSON) -> String {
        if let text = content.string { return text }
        return (content.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    /// The first JSON object with members in a text, whatever stands around it.
    static func document(in text: String) -> JSON? {
        let bytes = Array(text.utf8)
        var tries = 0
        for start in bytes.indices where bytes[start] == UInt8(ascii: "{") && tries < 20 {
            tries += 1
            guard let end = closingBrace(bytes, from: start) else { continue }
            if let value = try? JSON.parse(Array(bytes[start...end]), limits: limits), value.object?.isEmpty == false {
                return value
            }
        }
        return nil
    }

    private static func closingBrace(_ bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var isInString = false
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if isInString {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isInString = false }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return index }
            }
            index += 1
        }
        return nil
    }

    var post: JSON { document["post"] ?? document }
    var title: String { post["title"]?.string ?? "" }
    var text: String { post["selftext"]?.string ?? post["text"]?.string ?? post["body"]?.string ?? "" }

    /// The claims with their ids; claims without one are numbered.
    var claims: [(id: String, text: String)] {
        (document["claims"]?.array ?? []).prefix(5).enumerated().map { number, claim in
            let text = claim["text"]?.string ?? claim["quote"]?.string ?? claim.string ?? ""
            return (claim["claim_id"]?.string ?? claim["id"]?.string ?? "c\(number + 1)", text)
        }
    }
}
