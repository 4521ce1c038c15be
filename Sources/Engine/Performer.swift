import JSONValue
import Store

/// One attempt of a job, committed before anything is sent.
package struct Assignment: Sendable {
    /// As assigned: with attempt, epoch and deadline.
    package let job: JobRow
    package let endpoint: EndpointRow
    package let lease: Lease
    /// True when a former owner may already have sent this attempt: look for what became of it first.
    package let isResend: Bool
    /// Whether this node's lease is still young, by the monotonic clock. Ask right before an effect that cannot be undone.
    package let isLeaseYoung: @Sendable () -> Bool

    package init(
        job: JobRow, endpoint: EndpointRow, lease: Lease, isResend: Bool, isLeaseYoung: @escaping @Sendable () -> Bool
    ) {
        self.job = job
        self.endpoint = endpoint
        self.lease = lease
        self.isResend = isResend
        self.isLeaseYoung = isLeaseYoung
    }
}

/// What became of a start.
package enum PerformOutcome: Sendable {
    /// The endpoint has the attempt and will call back.
    case accepted(remoteID: String?)
    /// Done, answered on the connection.
    case completed(Completion)
    /// The job failed; the chart decides what that means.
    case failed(JobFailure)
    /// The endpoint is at fault: the attempt goes back to the queue and does not use up the post's retries.
    case endpointFault(code: String, message: String, retryAfter: Duration?)
}

/// Does jobs at endpoints of some protocols.
package protocol Performer: Sendable {
    func canPerform(_ wireProtocol: String) -> Bool
    /// Runs one attempt until it is accepted or answered. Cancelled when the job ends otherwise or the service stops.
    func perform(_ assignment: Assignment) async -> PerformOutcome
    /// Whether an attempt that is cut off by a stop may be put back and sent again as a new one. False for effects that
    /// cannot be repeated: those stay `starting`, and their next owner looks for their outcome first.
    func isRepeatable(_ source: String) -> Bool
}

/// Says when a job of a rate-limited endpoint may start. Asked by the endpoint's owner only.
package protocol Admitter: Sendable {
    /// Reads what the limits already hold; called when a node becomes the owner of an endpoint.
    func prepare(_ lease: Lease) async throws
    /// Reads what it lacks to judge these jobs; called before they are offered for admission.
    func prepare(_ jobs: [JobRow]) async
    func admit(_ job: JobRow, endpoint: EndpointRow, now: Timestamp) -> Admission
    /// Whether it has a say about this source: jobs of others start without being asked about.
    func governs(_ source: String) -> Bool
}

package enum Admission: Sendable {
    case now([LimitWrite])
    /// A moment was reserved for the job; the chart is told with `job.limited`.
    case later(until: Timestamp, limits: [LimitWrite], reason: String)
}
