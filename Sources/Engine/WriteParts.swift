import JSONValue
import Store

/// The parts of a post's write while its inputs are being taken.
struct WriteParts: Sendable {
    var submission: Submission?
    var transitions: [TransitionRow] = []
    var jobs: [JobWrite] = []
    var timers: [TimerWrite] = []
    var results: [ResultRow] = []
    var comments: [CommentRow] = []
    var limits: [LimitWrite] = []
    var deliveries: [DeliveryRow] = []
    var costs: [CostRow] = []
    var consumedInbox: [Int64] = []
    var expired: [ExpiredJob] = []
    var emitted: [InboxEvent] = []
    var fences: [Lease] = []

    mutating func add(_ extras: Extras) {
        results += extras.results
        comments += extras.comments
        costs += extras.costs
        limits += extras.limits
        emitted += extras.emitted
    }

    mutating func fence(_ lease: Lease) {
        if !fences.contains(lease) { fences.append(lease) }
    }

    func write(post: PostID, expectedRevision: Int64, state: PostState) -> PostWrite {
        var write = PostWrite(
            post: post, expectedRevision: expectedRevision, submission: submission, state: state,
            transitions: transitions)
        write.jobs = jobs
        write.timers = timers
        write.results = results
        write.comments = comments
        write.limits = limits
        write.deliveries = deliveries
        write.costs = costs
        write.consumedInbox = consumedInbox
        write.expired = expired
        write.emitted = emitted
        write.fences = fences
        return write
    }
}
