import JSONValue
import Statechart
import Store
import Threads

/// One input for one post, on its way through a lane.
struct Work: Sendable {
    enum Kind: Sendable {
        case create(NewPost)
        /// From a person, a tool, another post or a timer. `inbox` is the row to consume.
        case event(Event, inbox: Int64?)
        case assign(JobRow, EndpointRow, Lease, [LimitWrite])
        case limit(JobRow, until: Timestamp, [LimitWrite], reason: String, Lease)
        case putBack(job: Int, attempt: Int, code: String, message: String, after: Duration, under: Lease)
        case finish(Finish)
        case operate(PostOperation)
    }

    let post: PostID
    let kind: Kind
    let actor: String
    /// The revision that the sender saw; judged under the revision that the write is made from.
    let expectedRevision: Int64?
    /// The operation on many that this is part of. It counts once for each post, however often it is taken.
    let operation: Int64?
    let reply: Reply<WorkOutcome>
    /// How often it lost against a newer revision.
    var losses = 0
    /// Why the database refused what came of it, in words.
    var refusal: String?

    init(post: PostID, kind: Kind, actor: String, expectedRevision: Int64? = nil, operation: Int64? = nil) {
        self.post = post
        self.kind = kind
        self.actor = actor
        self.expectedRevision = expectedRevision
        self.operation = operation
        reply = Reply()
    }

    /// An event that comes from the service itself cannot be refused to anybody: when it cannot be applied it is
    /// consumed and parks its post.
    var isInternal: Bool {
        switch kind {
        case .create, .operate: false
        case .event(let event, let inbox): event.origin != .external || inbox != nil
        case .assign, .limit, .putBack, .finish: true
        }
    }

    /// Whether it may be taken again after it lost. A clock that ran out and an event of the inbox are read again instead:
    /// the job may have been heard of meanwhile, the event consumed by another node.
    var canBeTakenAgain: Bool {
        switch kind {
        case .finish(let finish): finish.expired == nil
        case .event(_, let inbox): inbox == nil
        case .create, .assign, .limit, .putBack, .operate: true
        }
    }

    /// Whether its post is parked when the database refuses what comes of it: nobody else can be told, and the timer or
    /// the event of the inbox would come again for ever.
    var parksWhenRefused: Bool { if case .event = kind { isInternal && refusal == nil } else { false } }

    var isCreation: Bool { if case .create = kind { true } else { false } }

    /// The lease on which the write depends.
    var fence: Lease? {
        switch kind {
        case .assign(_, _, let lease, _), .limit(_, _, _, _, let lease), .putBack(_, _, _, _, _, let lease): lease
        default: nil
        }
    }
}

/// A post to create.
package struct NewPost: Sendable {
    package var submission: Submission
    package var priority: Int
    /// Members put over the chart's initial context.
    package var context: JSONObject

    package init(submission: Submission, priority: Int, context: JSONObject = [:]) {
        self.submission = submission
        self.priority = priority
        self.context = context
    }
}

/// The end of an attempt, from a callback, a connection or a clock.
struct Finish: Sendable {
    var job: Int
    /// Nil for an expired wait in the queue, which no attempt has.
    var attempt: Int?
    var result: Result<Completion, JobFailure>
    var delivery: Delivery?
    /// The row of an expired job.
    var expired: JobRow?
}

/// An inbound webhook that may end an attempt.
package struct Delivery: Sendable {
    package var id: String
    package var bodyHash: String
    package var body: [UInt8]

    package init(id: String, bodyHash: String, body: [UInt8]) {
        self.id = id
        self.bodyHash = bodyHash
        self.body = body
    }
}

/// A post as an input found or left it. Its row is packed only when somebody asks for it.
package struct Standing: Sendable {
    let instance: Instance

    init(_ instance: Instance) { self.instance = instance }

    package var row: PostRow { instance.row }
}

/// What became of one input.
package enum WorkOutcome: Sendable {
    /// Committed; the post as it is now.
    case taken(Standing)
    /// The post's state does not take the event; nothing changed.
    case ignored(Standing)
    /// The post is at another revision than its sender expected; nothing changed.
    case otherRevision(Standing)
    /// The job, attempt or timer is no longer waited for; nothing changed.
    case stale(Standing)
    /// The same delivery has already counted.
    case duplicate(Standing)
    /// The same delivery id came before with another body.
    case conflict(Standing)
    /// A job number that this post never gave out.
    case unknownJob(Standing)
    case unknownPost
    /// The post was there before.
    case exists
    /// The chart could not take the event (an expression failed).
    case broken(ChartError)
    /// This node does not have the post's chart.
    case foreignChart(String)
}
