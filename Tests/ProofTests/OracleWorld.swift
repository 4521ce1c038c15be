import JSONValue
import Statechart

/// What the instances of one tree share during one call: the clock, the counters, the mail, the report.
final class OracleWorld {
    struct Message {
        enum Receiver {
            case instance(Oracle)
            case session(String)
        }

        var sender: Oracle
        var receiver: Receiver
        var event: Event
    }

    let surroundings: Surroundings
    let microstepLimit: Int
    var nextJob = 1
    var timerCount = 0
    var microsteps = 0
    var messages: [Message] = []
    var effects: [Effect] = []
    var guards: [Macrostep.GuardResult] = []
    var isTransitionTaken = false
    var isOriginSettled = false
    var coverage = Coverage()

    /// Numbers go on from one call to the next, all else begins anew.
    init(_ surroundings: Surroundings, microstepLimit: Int, after last: OracleWorld? = nil) {
        self.surroundings = surroundings
        self.microstepLimit = microstepLimit
        nextJob = last?.nextJob ?? 1
        timerCount = last?.timerCount ?? 0
    }

    func countMicrostep() throws(ChartError) {
        if microsteps == microstepLimit {
            coverage.note(.microstepLimit)
            throw ChartError(.microstepLimit, state: "", "")
        }
        microsteps += 1
    }

    /// Each message is one event of its receiver's, in the order of sending. What a cancelled instance sent, and what
    /// was sent to it, is lost.
    func deliverMessages(root: Oracle) throws(ChartError) {
        while !messages.isEmpty {
            let message = messages.removeFirst()
            if message.sender.isCancelled {
                coverage.note(.messageOfCancelledChild)
                continue
            }
            if case .instance(let receiver) = message.receiver, receiver.isCancelled { continue }
            try countMicrostep()
            switch message.receiver {
            case .instance(let receiver):
                coverage.note(.messageDelivered)
                try receiver.handle(message.event)
            case .session(let id):
                guard let receiver = root.instance(ofSession: id) else {
                    coverage.note(.unreachableSession)
                    try message.sender.handle(message.sender.communicationError(message.event.envelope?.sendID))
                    continue
                }
                coverage.note(.messageToSession)
                try receiver.handle(message.event)
            }
        }
    }
}
