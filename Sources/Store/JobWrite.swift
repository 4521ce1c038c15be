import JSONValue

/// A change of a job that a macrostep makes. Times are relative: the store adds them to the database's clock, read
/// after the post is locked.
package enum JobWrite: Sendable, Hashable {
    /// The chart asks for the job: its row is made, or made to wait again.
    case wait(Wait)
    /// The job goes to an endpoint as the next attempt: `phase = starting`.
    case assign(Assign)
    /// The attempt was put back for a fault of the endpoint: `waiting` again, ready after a delay.
    case putBack(number: Int, readyAfterMicroseconds: Int64, queueMicroseconds: Int64)
    /// A live job's place in the queue changes: its priority, and, while it waits, whether it is held and its clock.
    case requeue(Requeue)
    /// The job has ended (completed, failed, timed out, cancelled): its row goes. What must be known of it, its attempts
    /// and the delivery that decided it, is in the post's own memory.
    case end(number: Int)

    package struct Requeue: Sendable, Hashable {
        /// For the clock of a held job: longer than anybody will ask. 142 years.
        package static let forEver: Int64 = 1 << 52

        package var number: Int
        package var priority: Int
        /// A held job waits and is not offered.
        package var isHeld: Bool
        /// How long it may wait from now on, if it waits; nil leaves its clock as it is.
        package var queueMicroseconds: Int64?

        /// Whose result it becomes, after a migration; nil leaves both as they are.
        package var invocation: String?
        package var stage: String?

        package init(
            number: Int, priority: Int, isHeld: Bool, queueMicroseconds: Int64?, invocation: String? = nil,
            stage: String? = nil
        ) {
            self.number = number
            self.priority = priority
            self.isHeld = isHeld
            self.queueMicroseconds = queueMicroseconds
            self.invocation = invocation
            self.stage = stage
        }
    }

    package struct Wait: Sendable, Hashable {
        package var number: Int
        /// The latest attempt so far: the next assignment is one more.
        package var attempt: Int
        package var invocation: String
        package var source: String
        package var stage: String
        package var input: JSONObject
        package var priority: Int
        package var community: String
        package var timeoutMicroseconds: Int64
        /// How long the job may wait to be assigned before it fails with `queue_timeout`.
        package var queueMicroseconds: Int64

        package init(
            number: Int, attempt: Int = 0, invocation: String, source: String, stage: String, input: JSONObject,
            priority: Int, community: String, timeoutMicroseconds: Int64, queueMicroseconds: Int64
        ) {
            self.number = number
            self.attempt = attempt
            self.invocation = invocation
            self.source = source
            self.stage = stage
            self.input = input
            self.priority = priority
            self.community = community
            self.timeoutMicroseconds = timeoutMicroseconds
            self.queueMicroseconds = queueMicroseconds
        }
    }

    package struct Assign: Sendable, Hashable {
        package var number: Int
        package var attempt: Int
        package var endpoint: String
        package var epoch: Int64
        package var timeoutMicroseconds: Int64
        /// The silence clock; `wake_at` becomes the earlier of silence and total.
        package var silenceMicroseconds: Int64

        package init(
            number: Int, attempt: Int, endpoint: String, epoch: Int64, timeoutMicroseconds: Int64,
            silenceMicroseconds: Int64
        ) {
            self.number = number
            self.attempt = attempt
            self.endpoint = endpoint
            self.epoch = epoch
            self.timeoutMicroseconds = timeoutMicroseconds
            self.silenceMicroseconds = silenceMicroseconds
        }
    }

    package var number: Int {
        switch self {
        case .wait(let wait): wait.number
        case .assign(let assign): assign.number
        case .putBack(let number, _, _): number
        case .requeue(let requeue): requeue.number
        case .end(let number): number
        }
    }
}

/// A change of a timer. The due time is absolute once written: the database's clock plus the delay.
package enum TimerWrite: Sendable, Hashable {
    case set(name: String, occurrence: Int, delayMicroseconds: Int64)
    case clear(name: String)
    /// A live timer's name changes; its due time and occurrence stay.
    case move(name: String, to: String)

    package var name: String {
        switch self {
        case .set(let name, _, _), .clear(let name), .move(let name, _): name
        }
    }
}
