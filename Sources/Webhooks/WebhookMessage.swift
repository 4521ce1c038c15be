import JSONValue
import Store

/// What is sent: the same bytes under the same id, however often.
package struct WebhookMessage: Sendable, Hashable {
    package let id: String
    package let body: [UInt8]

    package init(_ delivery: WebhookDelivery) {
        id = Self.id(of: delivery.news, to: delivery.subscription)
        body = Self.body(delivery.news.type, delivery.news.at, delivery.news.data ?? [:])
    }

    /// Something that happened to no post, under an id of its own.
    package init(test subscription: String, number: String, at now: Timestamp) {
        id = "\(subscription)-test-\(number)"
        body = Self.body(WebhookTopic.test, now, ["subscription": .string(subscription)])
    }

    /// Stable for a subscription, a post and a revision.
    package static func id(of news: WebhookNews, to subscription: String) -> String {
        "\(subscription)-\(news.post)-\(news.revision)"
    }

    /// The post and the revision of an id that this subscription's messages have.
    package static func place(of id: String, _ subscription: String) -> (post: PostID, revision: Int64)? {
        let prefix = subscription + "-"
        guard id.hasPrefix(prefix) else { return nil }
        let parts = id.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let post = Int64(parts[0]), let revision = Int64(parts[1]), post > 0, revision > 0
        else { return nil }
        return (PostID(post), revision)
    }

    private static func body(_ type: String, _ at: Timestamp, _ data: JSONObject) -> [UInt8] {
        JSON.object(["type": .string(type), "timestamp": .string(at.description), "data": .object(data)]).bytes()
    }
}
