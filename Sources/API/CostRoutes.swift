import HTTPServer
import JSONValue
import Store

/// What the work has cost: the ledger, summed.
package struct CostRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        [Route("GET", "/v1/costs", scope: .read) { try await costs($0) }]
    }

    private func costs(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery(["by", "since", "until", "post", "limit"])
        let groups = CostQuery.Group.allCases.map(\.rawValue)
        guard let group = CostQuery.Group(rawValue: call.query("by") ?? "day") else {
            throw Problem(400, .badRequest, "'by' must be one of \(groups.joined(separator: ", "))")
        }
        var query = CostQuery(by: group, limit: try call.number("limit", default: 100, in: 1...1000))
        if let since = try moment(call, "since") { query.since = since }
        if let until = try moment(call, "until") { query.until = until }
        if let text = call.query("post") {
            guard let post = PostID(text) else {
                throw Problem(400, .badRequest, "'post' must be a post's number or t3_…")
            }
            query.post = post
        }
        let sums = try await services.store.costs(query)
        return Answer.json([
            "by": .string(group.rawValue), "currency": "USD", "costs": .array(sums.map(Self.json)),
            "microdollars": .int(sums.reduce(0) { $0 + $1.microdollars }),
        ])
    }

    /// A day of UTC, or a moment.
    private func moment(_ call: Call, _ name: String) throws(Problem) -> Timestamp? {
        guard let text = call.query(name) else { return nil }
        guard let moment = Timestamp(text.utf8.count == 10 ? text + "T00:00:00Z" : text) else {
            throw Problem(400, .badRequest, "'\(name)' must be a day such as 2026-11-27, or a moment in RFC 3339")
        }
        return moment
    }

    private static func json(_ sum: CostSum) -> JSON {
        [
            "name": .string(sum.name), "attempts": .int(Int64(sum.attempts)), "input_tokens": .int(sum.inputTokens),
            "output_tokens": .int(sum.outputTokens), "microdollars": .int(sum.microdollars),
            "usd": .string(dollars(sum.microdollars)),
        ]
    }

    /// To the millionth.
    private static func dollars(_ microdollars: Int64) -> String {
        let fraction = String(microdollars % 1_000_000)
        return "\(microdollars / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
