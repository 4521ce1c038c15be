import Crypto
import Engine
import HTTPClient
import JSONValue
import Logging
import Pipeline
import Store

/// Does jobs at LLM endpoints and research agents. One core: what to send comes from the pipeline, how it is said from
/// the endpoint's protocol.
package struct AgentPerformer: Performer {
    private let client: HTTPClient
    private let desk: StageDesk
    private let keys: CallbackKeys
    /// Base of callback URLs, such as `http://127.0.0.1:8787`.
    private let callbackBase: @Sendable () -> String
    private let credentials: [String: EndpointCredentials]
    private let unixTime: @Sendable () -> Int64
    private let logger: Logger

    package init(
        client: HTTPClient, desk: StageDesk, keys: CallbackKeys, callbackBase: @escaping @Sendable () -> String,
        credentials: [String: EndpointCredentials], unixTime: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.client = client
        self.desk = desk
        self.keys = keys
        self.callbackBase = callbackBase
        self.credentials = credentials
        self.unixTime = unixTime
        self.logger = logger
    }

    package func canPerform(_ wireProtocol: String) -> Bool { wireProtocol == "callback" || wireProtocol == "chat" }

    /// Asking a model twice costs money and nothing else.
    package func isRepeatable(_ source: String) -> Bool { JobSource(rawValue: source)?.performer == .endpoint }

    package func perform(_ assignment: Assignment) async -> PerformOutcome {
        do {
            let context = try await context(assignment)
            let isChat = assignment.endpoint.wireProtocol == "chat"
            let call = isChat ? ChatProtocol.encode(context) : CallbackProtocol.encode(context)
            let reply = await send(call, timeout: timeout(assignment, isChat: isChat), isChat: isChat)
            return await outcome(reply, assignment)
        } catch let failure as JobFailure {
            return .failed(failure)
        } catch {
            logger.warning(
                "a job could not be prepared", metadata: ["job": "\(assignment.job.key)", "error": "\(error)"])
            return .endpointFault(
                code: "not_prepared", message: "the job could not be prepared", retryAfter: .seconds(1))
        }
    }

    private func context(_ assignment: Assignment) async throws -> StartContext {
        let job = assignment.job
        let work = try await desk.task(for: job)
        let keyID = keys.currentID
        guard let secret = keys.secret(job: job.key.description, attempt: job.attempt, keyID: keyID) else {
            throw JobFailure(code: "no_key", message: "there is no key for callbacks", isRetryable: false)
        }
        return StartContext(
            job: job.key.description, attempt: job.attempt, stage: job.stage, model: assignment.endpoint.model,
            url: assignment.endpoint.url, deadline: job.deadline?.description ?? "", input: work.input,
            outputSchema: work.outputSchema, schemaName: work.schemaName,
            messages: work.messages.map { ($0.role.rawValue, $0.content) },
            callbackURL: "\(callbackBase())/callbacks/\(job.key)/\(job.attempt)?k=\(keyID)", callbackSecret: secret,
            credentials: credentials[assignment.endpoint.name] ?? EndpointCredentials(), unixTime: unixTime())
    }

    /// A chat holds its connection for as long as the job may take; a start is a short request.
    private func timeout(_ assignment: Assignment, isChat: Bool) -> Duration {
        isChat ? .microseconds(assignment.job.timeoutMicroseconds) : .seconds(20)
    }

    /// An ambiguous start of an agent is sent again as it is: its idempotency key makes it the same start. A chat is not,
    /// because asking again while the first answer is being made pays twice.
    private func send(_ call: EndpointCall, timeout: Duration, isChat: Bool) async -> StartReply {
        var pause = Duration.milliseconds(300)
        for _ in 0..<(isChat ? 0 : 2) {
            let reply = await sendOnce(call, timeout: timeout, isChat: isChat)
            guard reply.isAmbiguous, !Task.isCancelled else { return reply.reply }
            try? await Task.sleep(for: pause)
            pause = pause * 3
        }
        return await sendOnce(call, timeout: timeout, isChat: isChat).reply
    }

    private func sendOnce(
        _ call: EndpointCall, timeout: Duration, isChat: Bool
    ) async -> (reply: StartReply, isAmbiguous: Bool) {
        let request = HTTPRequest(
            method: "POST", url: call.url, headers: call.headers, body: call.body, timeout: timeout)
        do {
            let response = try await client.send(request)
            let reply = isChat ? ChatProtocol.decode(response) : CallbackProtocol.decode(response)
            return (reply, [500, 502, 504].contains(response.status))
        } catch let error as HTTPClientError {
            return (.fault(error), error.wasSent)
        } catch {
            return (.fault(code: "cancelled", message: "the call was cut off", retryAfter: nil), false)
        }
    }

    private func outcome(_ reply: StartReply, _ assignment: Assignment) async -> PerformOutcome {
        switch reply {
        case .accepted(let remoteID): return .accepted(remoteID: remoteID)
        case .failed(let failure): return .failed(failure)
        case .fault(let code, let message, let retryAfter):
            return .endpointFault(code: code, message: message, retryAfter: retryAfter)
        case .completed(let data):
            do {
                switch try await desk.read(data, of: assignment.job, at: assignment.endpoint) {
                case .success(let completion): return .completed(completion)
                case .failure(let failure): return .failed(failure)
                }
            } catch {
                return .endpointFault(
                    code: "not_read", message: "the result could not be read", retryAfter: .seconds(1))
            }
        }
    }
}
