import JSONValue

/// What answers of the model took so far.
package struct ModelUsage: Sendable, Hashable {
    package private(set) var inputTokens: Int64 = 0
    package private(set) var outputTokens: Int64 = 0
    /// In dollars; nil as soon as one answer's is not known.
    package private(set) var cost: Double? = 0
    package private(set) var answers = 0
    /// Tokens of answers that did not say how many they took, by their length. They count for limits only.
    var estimated = 0

    package init() {}

    /// Reads the `usage` of a chat completion; `cost` is there where a router of several providers says it.
    init(_ usage: JSON?, prices: ModelEndpoint.Prices?) {
        inputTokens = max(0, usage?["prompt_tokens"]?.int ?? 0)
        outputTokens = max(0, usage?["completion_tokens"]?.int ?? 0)
        answers = 1
        if let prices {
            cost = (Double(inputTokens) * prices.input + Double(outputTokens) * prices.output) / 1_000_000
        } else {
            cost = usage?["cost"]?.double.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
        }
    }

    var tokens: Int { Int(clamping: inputTokens &+ outputTokens) &+ estimated }
    var isReported: Bool { inputTokens > 0 || outputTokens > 0 }

    static func + (left: ModelUsage, right: ModelUsage) -> ModelUsage {
        var sum = left
        sum.inputTokens &+= right.inputTokens
        sum.outputTokens &+= right.outputTokens
        sum.answers += right.answers
        sum.estimated += right.estimated
        sum.cost = left.cost.flatMap { cost in right.cost.map { cost + $0 } }
        return sum
    }

    /// As the callback contract has it.
    package var json: JSON {
        var object: JSONObject = ["input_tokens": .int(inputTokens), "output_tokens": .int(outputTokens)]
        if answers > 0, let cost { object["cost"] = ["amount": .double(cost), "currency": "USD"] }
        return .object(object)
    }
}
