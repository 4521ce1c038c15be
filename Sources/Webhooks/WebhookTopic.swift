/// What a subscription may ask for. A macrostep is told once, by the first of these that it is and that was asked for.
package enum WebhookTopic: String, Sendable, CaseIterable {
    /// A broken macrostep: the post stands still until somebody looks.
    case parked = "post.parked"
    /// The present stage failed for good.
    case failed = "post.failed"
    case published = "post.published"
    /// The post has ended.
    case ended = "post.ended"
    case waitingForPerson = "post.waiting_for_person"
    case created = "post.created"
    /// Every macrostep.
    case transitioned = "post.transitioned"

    package static let all = "*"
    /// What a test sends; nobody asks for it.
    package static let test = "webhook.test"

    /// The names that may stand in a subscription.
    package static let names = [all] + allCases.map(\.rawValue)
}
