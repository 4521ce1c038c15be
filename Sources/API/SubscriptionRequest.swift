import JSONValue
import Store
import Webhooks

/// The bodies of requests about webhooks, checked.
enum SubscriptionRequest {
    static let keys: Set<String> = ["url", "events", "stages", "statuses", "label"]
    static let changeKeys = keys.union(["state", "reason"])
    private static let listLimit = 20
    private static let wordLimit = 60

    static func terms(_ body: JSONObject, _ address: WebhookAddress) throws(Problem) -> SubscriptionTerms {
        for key in ["url", "events"] where body[key] == nil { throw invalid(key, "is required") }
        return try terms(body, over: SubscriptionTerms(url: "", topics: []), address)
    }

    /// What the body does not name stays as it is.
    static func terms(
        _ body: JSONObject, over old: SubscriptionTerms, _ address: WebhookAddress
    ) throws(Problem) -> SubscriptionTerms {
        var terms = old
        if let value = body["url"] {
            guard let url = value.string else { throw invalid("url", "must be a text") }
            if let refusal = address.refusal(of: url) { throw invalid("url", refusal) }
            terms.url = url
        }
        if let value = body["label"] {
            guard let label = value.string, label.count <= 100 else {
                throw invalid("label", "must be a text of at most 100 characters")
            }
            terms.label = label
        }
        if let value = body["events"] { terms.topics = try topics(value) }
        if let value = body["stages"] { terms.stages = try words(value, "stages") }
        if let value = body["statuses"] { terms.statuses = try words(value, "statuses") }
        return terms
    }

    private static func topics(_ value: JSON) throws(Problem) -> [String] {
        let topics = try words(value, "events")
        let known = WebhookTopic.names.joined(separator: ", ")
        guard !topics.isEmpty else { throw invalid("events", "must name at least one of \(known)") }
        for topic in topics where !WebhookTopic.names.contains(topic) {
            throw invalid("events", "has '\(topic)', which is none of \(known)")
        }
        return topics
    }

    private static func words(_ value: JSON, _ key: String) throws(Problem) -> [String] {
        let words = value.array?.compactMap(\.string) ?? []
        guard let count = value.array?.count, count == words.count, count <= listLimit,
            words.allSatisfy({ (1...wordLimit).contains($0.count) })
        else { throw invalid(key, "must be a list of at most \(listLimit) words") }
        return words
    }

    // MARK: - Replays

    enum Replay {
        case delivery(String)
        case range(from: Timestamp, until: Timestamp)
    }

    static func replay(_ body: JSONObject, now: Timestamp) throws(Problem) -> Replay {
        if let value = body["delivery"] {
            guard let id = value.string, body.count == 1 else {
                throw invalid("delivery", "must be the id of a delivery, and then stands alone")
            }
            return .delivery(id)
        }
        guard let from = try moment(body["from"], "from") else {
            throw invalid("from", "is required, or 'delivery': the id of one")
        }
        let until = min(try moment(body["until"], "until") ?? now, now)
        guard from < until else { throw invalid("from", "must be before 'until', and before now") }
        return .range(from: from, until: until)
    }

    private static func moment(_ value: JSON?, _ key: String) throws(Problem) -> Timestamp? {
        guard let value else { return nil }
        guard let moment = value.string.flatMap({ Timestamp($0) }), moment.microseconds >= 0 else {
            throw invalid(key, "must be a moment such as 2026-11-27T13:00:00Z")
        }
        return moment
    }

    static func invalid(_ key: String, _ problem: String) -> Problem {
        Problem(422, .unprocessable, "'\(key)' \(problem)", members: ["key": .string(key)])
    }
}
