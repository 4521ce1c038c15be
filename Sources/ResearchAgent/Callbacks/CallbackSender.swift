import HTTPClient
import JSONValue
import Logging
import Threads

/// Sends signed callbacks: progress once, ends until they are taken.
struct CallbackSender: Sendable {
    let client: HTTPClient
    let time: TimeSource
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// How long after a job's deadline its end is still sent, and how long without one.
    private static let afterDeadline = Duration.seconds(900)
    private static let withoutDeadline = Duration.seconds(6 * 3600)

    /// Progress is a hint: nobody minds when it is lost. False when the service says that there is no such job.
    func report(_ event: CallbackEvent, _ task: ResearchTask) async -> Bool {
        let (status, _) = await once(event, task)
        return status != 404 && status != 410
    }

    /// Whether the end has been taken, or is not wanted: it need not be sent again.
    func deliver(_ event: CallbackEvent, _ task: ResearchTask) async -> Bool {
        var schedule = CallbackSchedule(name: event.id)
        let last = task.deadline.map { $0 + Self.afterDeadline } ?? now() + Self.withoutDeadline
        while !Task.isCancelled {
            let (status, retryAfter) = await once(event, task)
            switch schedule.next(status: status, retryAfter: retryAfter) {
            case .done: return true
            case .stop:
                logger.warning(
                    "the service refuses a result", metadata: ["job": "\(task.key)", "status": "\(status ?? 0)"])
                return true
            case .again(let wait):
                guard now() + wait <= last else {
                    logger.warning("a result could not be delivered", metadata: ["job": "\(task.key)"])
                    return false
                }
                logger.info(
                    "a result is sent again",
                    metadata: ["job": "\(task.key)", "status": "\(status ?? 0)", "in": "\(wait)"])
                guard (try? await time.sleep(for: wait)) != nil else { return false }
            }
        }
        return false
    }

    /// One sending: the status and `Retry-After`; no status when no answer came.
    func once(
        _ event: CallbackEvent, _ task: ResearchTask, timeout: Duration = .seconds(30)
    ) async -> (status: Int?, retryAfter: String?) {
        let request = HTTPRequest(
            method: "POST", url: task.callbackURL, headers: event.headers(secret: task.secret, now: now()),
            body: event.body, timeout: timeout)
        guard let response = try? await client.send(request) else { return (nil, nil) }
        return (response.status, response.headers["Retry-After"])
    }
}
