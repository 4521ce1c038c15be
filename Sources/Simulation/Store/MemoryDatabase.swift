import JSONValue
import Store

/// The tables of the store in memory. A value without a clock: each verb is told the database's moment, checks all it
/// has to refuse first, and then changes everything it has to, so that no half of a transaction can be seen.
package struct MemoryDatabase: Sendable {
    /// All rows that belong to one post.
    package struct Post: Sendable {
        package var row: PostRow
        package var changedAt: Timestamp
        package var submission: Submission?
        package var history: [TransitionRow] = []
        /// By number.
        package var jobs: [Int: JobRow] = [:]
        package var timers: [TimerRow] = []
        package var comments: [CommentRow] = []
        package var results: [ResultRow] = []
    }

    package struct Endpoint: Sendable {
        package var row: EndpointRow
        package var owner: String?
        package var leaseUntil: Timestamp?
        package var epoch: Int64 = 0
    }

    package struct Operation: Sendable {
        package var row: OperationRow
        package var leaseUntil: Timestamp?
    }

    package struct Waiting: Sendable {
        package var event: InboxEvent
        package var createdAt: Timestamp
    }

    package struct RememberedReceipt: Sendable {
        package var receipt: Receipt
        package var createdAt: Timestamp
    }

    package internal(set) var posts: [PostID: Post] = [:]
    /// Keys of ``posts`` in order.
    package internal(set) var order: [PostID] = []
    package internal(set) var endpoints: [Endpoint] = []
    package internal(set) var holds: [HoldRow] = []
    package internal(set) var operations: [Operation] = []
    package internal(set) var inbox: [Waiting] = []
    package internal(set) var deliveries: [DeliveryRow] = []
    /// Each with the moment at which it was written.
    package internal(set) var costs: [(row: CostRow, at: Timestamp)] = []
    package internal(set) var audit: [AuditRow] = []
    package internal(set) var receipts: [RememberedReceipt] = []
    package internal(set) var limits: [String: Timestamp] = [:]
    package internal(set) var nodes: [String: Timestamp] = [:]
    package internal(set) var charts: [String: String] = [:]
    package internal(set) var outgoing = Outgoing()
    /// Posts of each batch that won, for commits in doubt.
    var batches: [String: Set<PostID>] = [:]
    private var lastEvent: Int64 = 0
    private var lastLocal = PostID.firstLocal - 1

    package init() {}

    /// Puts events for posts that exist into the inbox; returns how many.
    @discardableResult
    mutating func emit(_ events: [InboxEvent], at now: Timestamp) throws -> Int {
        for event in events { try StorableCheck.check(event) }
        var count = 0
        for var event in events where posts[event.post] != nil {
            lastEvent += 1
            event.id = lastEvent
            inbox.append(Waiting(event: event, createdAt: now))
            count += 1
        }
        return count
    }

    mutating func nextLocalPostID() -> PostID {
        lastLocal = 1 + max(lastLocal, order.last?.rawValue ?? 0)
        return PostID(lastLocal)
    }

    mutating func insert(_ post: Post) {
        let id = post.row.id
        posts[id] = post
        let place = order.firstIndex { $0 > id } ?? order.count
        order.insert(id, at: place)
    }

    /// All posts in the order of their ids.
    package var all: [Post] { order.compactMap { posts[$0] } }

    mutating func remember(_ receipt: Receipt, at now: Timestamp) -> Receipt? {
        if let known = self.receipt(scope: receipt.scope, id: receipt.id) { return known }
        receipts.append(RememberedReceipt(receipt: receipt, createdAt: now))
        return nil
    }

    func receipt(scope: String, id: String) -> Receipt? {
        receipts.first { $0.receipt.scope == scope && $0.receipt.id == id }?.receipt
    }

    mutating func maintain(at now: Timestamp) {
        receipts.removeAll { $0.createdAt < now - .seconds(4 * 86_400) }
    }
}
