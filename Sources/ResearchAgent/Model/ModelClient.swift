import HTTPClient
import JSONValue
import Logging
import Texts
import Threads

/// Asks the model, again when it is out of order for a while or answers in another form.
package struct ModelClient: Sendable {
    private let endpoint: ModelEndpoint
    private let client: HTTPClient
    private let time: TimeSource
    private let logger: Logger

    private static let tries = 4
    private static let longestWait = Duration.seconds(60)

    init(_ endpoint: ModelEndpoint, client: HTTPClient, time: TimeSource, logger: Logger) {
        self.endpoint = endpoint
        self.client = client
        self.time = time
        self.logger = logger
    }

    /// The answer, and what all tries together took. Throws only when the task is cancelled.
    func ask(
        _ question: ResearchPrompt, _ data: JSON, key: String, until deadline: ContinuousClock.Instant,
        atMost longest: Duration
    ) async throws -> ModelReply {
        var messages = question.messages(data)
        var usage = ModelUsage()
        var hasComplained = false
        for attempt in 1...Self.tries + 1 {
            let left = min(longest, time.now.duration(to: deadline))
            guard left > .milliseconds(50) else {
                return ModelReply(
                    .failure(ModelFailure(.outOfOrder, "the time for the research is over")), usage: usage)
            }
            let request = endpoint.encode(
                messages, schema: question.schema, name: question.name, idempotencyKey: "\(key)/\(attempt)",
                timeout: left)
            let reply = try await send(request, question)
            usage = usage + reply.usage
            guard case .failure(let failure) = reply.result else { return ModelReply(reply.result, usage: usage) }
            logger.info("the model gave no answer", metadata: ["reason": "\(failure)", "try": "\(attempt)"])
            if failure.code == .outOfOrder, attempt < Self.tries, let wait = pause(failure, attempt, deadline) {
                try await time.sleep(for: wait)
            } else if failure.code == .unfit, !hasComplained {
                hasComplained = true
                messages.append(Self.complaint(failure))
            } else {
                return ModelReply(reply.result, usage: usage)
            }
        }
        return ModelReply(.failure(ModelFailure(.outOfOrder, "the model did not answer")), usage: usage)
    }

    /// How long to wait before the next try; nil when that would take too long.
    private func pause(_ failure: ModelFailure, _ attempt: Int, _ deadline: ContinuousClock.Instant) -> Duration? {
        let wait = failure.retryAfter ?? .seconds(1 << (attempt - 1))
        return wait < time.now.duration(to: deadline) && wait <= Self.longestWait ? wait : nil
    }

    private static func complaint(_ failure: ModelFailure) -> ChatMessage {
        ChatMessage(
            role: .user,
            content: "Your last answer could not be used: \(failure.message.capped(200)). Answer again, with one JSON "
                + "object that fits the schema and nothing else.")
    }

    private func send(_ request: HTTPRequest, _ question: ResearchPrompt) async throws -> ModelReply {
        do {
            let response = try await client.send(request)
            var reply = endpoint.decode(response, schema: question.schema)
            if response.status == 200, !reply.usage.isReported {
                reply.usage.estimated = (request.body.count + response.body.count) / 4
            }
            return reply
        } catch let error as HTTPClientError {
            if error.code == .cancelled || error.code == .stopped { throw CancellationError() }
            return ModelReply(
                .failure(ModelFailure(.outOfOrder, "the model's endpoint does not answer (\(error.code.rawValue))")))
        }
    }
}
