import JSONValue
import Store

/// What one attempt has used, as its endpoint says, and what that costs.
struct Usage: Sendable, Hashable {
    var input: Int?
    var output: Int?
    /// What the endpoint says it cost, else its tokens at its prices; nil when neither is known.
    var microdollars: Int64?

    init(input: Int?, output: Int?, microdollars: Int64?) {
        self.input = input
        self.output = output
        self.microdollars = microdollars
    }

    /// From the `usage` of what was delivered.
    init(_ data: JSONObject, at endpoint: EndpointRow?) {
        let usage = data["usage"]
        input = usage?["input_tokens"]?.int.map { Int(clamping: $0) }
        output = usage?["output_tokens"]?.int.map { Int(clamping: $0) }
        if let amount = usage?["cost"]?["amount"]?.double, amount >= 0, amount < 1e6 {
            microdollars = Int64((amount * 1_000_000).rounded())
        } else if let endpoint, isKnown {
            let sum =
                Double(input ?? 0) * Double(endpoint.inputPrice) + Double(output ?? 0) * Double(endpoint.outputPrice)
            microdollars = Int64(min(max(0, sum) / 1_000_000, 1e12).rounded())
        }
    }

    var isKnown: Bool { input != nil || output != nil || microdollars != nil }
}
