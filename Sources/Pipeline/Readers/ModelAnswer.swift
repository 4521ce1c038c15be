import JSONSchema
import JSONValue
import Texts

/// The one JSON object in a model's answer, dug out of code fences, reasoning and prose.
struct ModelAnswer: Sendable, Hashable {
    let object: JSON
    /// True when the answer was more than the object alone.
    let isRepaired: Bool

    /// Longest answer that is looked at.
    static let lengthLimit = 1 << 20

    /// Takes the object that fits the schema. Several different ones that fit are none: a post may have made the model
    /// repeat somebody else's answer.
    init(_ text: String, schema: Schema, finishReason: String) throws(StageFailure) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw StageFailure(.invalidOutput, "the answer is longer than \(Self.lengthLimit) bytes", isRetryable: true)
        }
        let scan = ObjectScan(ObjectScan.withoutThoughts(text))
        let objects = scan.objects.map { Self.withCappedReasoning($0, schema) }
        let fitting = Set(objects.filter { schema.accepts($0) })
        if let object = fitting.first, fitting.count == 1 {
            self.object = object
            isRepaired = (try? JSON.parse(text)) != object
            return
        }
        throw Self.failure(scan, objects, fitting, schema, text, finishReason)
    }

    private static func failure(
        _ scan: ObjectScan, _ objects: [JSON], _ fitting: Set<JSON>, _ schema: Schema, _ text: String, _ reason: String
    ) -> StageFailure {
        if fitting.count > 1 {
            return StageFailure(.invalidOutput, "the answer holds several different objects", isRetryable: true)
        }
        if scan.isCut || (objects.isEmpty && ["length", "max_tokens"].contains(reason)) {
            return StageFailure(.outputCut, "the answer ends before its JSON object does", isRetryable: true)
        }
        if let object = objects.first {
            return violation(schema.validate(object))
        }
        if reason == "content_filter" || isRefusal(text) {
            return StageFailure(.refused, "the model declined to answer", isRetryable: false)
        }
        return StageFailure(.invalidOutput, scan.problem ?? "the answer holds no JSON object", isRetryable: true)
    }

    static func violation(_ violations: [Violation]) -> StageFailure {
        let first = violations.first?.description ?? "unknown"
        return StageFailure(.invalidOutput, "the output does not fit its schema: \(first)", isRetryable: true)
    }

    private static let refusals = ["i can't", "i cannot", "i can’t", "i'm sorry", "i’m sorry", "i am sorry", "i won't"]

    private static func isRefusal(_ text: String) -> Bool {
        let start = text.prefix(200).lowercased()
        return refusals.contains { start.contains($0) }
    }

    /// `reasoning` is for people only; hosts that do not enforce lengths must not lose a good answer to it.
    static func withCappedReasoning(_ json: JSON, _ schema: Schema) -> JSON {
        guard var object = json.object, let reasoning = object["reasoning"]?.string,
            let limit = schema.source["properties"]?["reasoning"]?["maxLength"]?.int.flatMap(Int.init(exactly:))
        else { return json }
        object["reasoning"] = .string(reasoning.capped(limit))
        return .object(object)
    }
}
