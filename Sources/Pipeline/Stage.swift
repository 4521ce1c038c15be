/// Where in its life a post stands; `posts.queue_stage`.
package enum Stage: String, Sendable, Hashable, CaseIterable {
    case triage, research, response, editorial, review
    case postQueue = "post_queue"
    case published, closed
}

/// How a post stands within its stage; `posts.queue_status`.
package enum QueueStatus: String, Sendable, Hashable, CaseIterable {
    case pending, processing, retrying, completed, failed, waiting
    case rateLimited = "rate_limited"
    case sending, unknown, watching, skipped, rejected, expired, cancelled, settled
    case noReply = "no_reply"
}
