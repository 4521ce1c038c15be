import Engine
import HTTPClient
import JSONValue
import Logging
import Pipeline
import Store

/// Does jobs at LLM endpoints and research agents: what to send comes from the pipeline, how it is said from the endpoint's
/// protocol.
package struct AgentPerformer: Performer {
    private let caller: EndpointCaller
    private let desk: StageDesk
    private let starts: StartMaker
    private let logger: Logger

    package init(caller: EndpointCaller, desk: StageDesk, starts: StartMaker, logger: Logger) {
        self.caller = caller
        self.desk = desk
        self.starts = starts
        self.logger = logger
    }

    package func canPerform(_ wireProtocol: String) -> Bool { EndpointProtocols.named(wireProtocol) != nil }

    /// Asking a model twice costs money and nothing else.
    package func isRepeatable(_ source: String) -> Bool { JobSource(rawValue: source)?.performer == .endpoint }

    package func perform(_ assignment: Assignment) async -> PerformOutcome {
        guard let wire = EndpointProtocols.named(assignment.endpoint.wireProtocol) else {
            return .failed(JobFailure(code: "unsupported", message: "the protocol is not known", isRetryable: false))
        }
        do {
            let context = try await context(assignment)
            if assignment.isResend, !wire.startIsIdempotent, let id = await find(context, wire) {
                return .accepted(remoteID: id)
            }
            let reply = await start(context, wire, timeout: timeout(assignment, wire))
            return await outcome(reply, context, wire, assignment)
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
        return try starts.context(
            job.key, attempt: job.attempt, at: assignment.endpoint,
            StartMaker.Content(
                stage: job.stage, deadline: job.deadline?.description ?? "", input: work.input,
                outputSchema: work.outputSchema, schemaName: work.schemaName,
                messages: work.messages.map { ($0.role.rawValue, $0.content) }))
    }

    /// A held connection lasts for as long as the job may take; a start is a short request.
    private func timeout(_ assignment: Assignment, _ wire: any EndpointProtocol) -> Duration {
        wire.answersOnConnection ? .microseconds(assignment.job.timeoutMicroseconds) : .seconds(20)
    }

    // MARK: - Starting

    /// An ambiguous start goes out again as it is where its idempotency key makes it the same start. Elsewhere it is looked
    /// for first, and sent again only when it is known not to be there: asking again while the first answer is being made
    /// pays twice.
    private func start(
        _ context: StartContext, _ wire: any EndpointProtocol, timeout: Duration
    ) async -> StartReply {
        let call = wire.start(context)
        var pause = Duration.milliseconds(300)
        for _ in 0..<2 {
            let (reply, isAmbiguous) = await startOnce(call, wire, timeout: timeout)
            guard isAmbiguous, !wire.answersOnConnection, !Task.isCancelled else { return reply }
            if !wire.startIsIdempotent {
                switch await look(context, wire) {
                case .there(let id): return .accepted(remoteID: id)
                case .unclear: return reply
                case .notThere: break
                }
            }
            // The far side may be starting again; nothing tells us when it is there.
            try? await Task.sleep(for: pause)
            pause = pause * 3
        }
        return await startOnce(call, wire, timeout: timeout).reply
    }

    private func startOnce(
        _ call: EndpointCall, _ wire: any EndpointProtocol, timeout: Duration
    ) async -> (reply: StartReply, isAmbiguous: Bool) {
        do {
            let response = try await caller.send(call, timeout: timeout)
            return (wire.read(start: response), [500, 502, 504].contains(response.status))
        } catch let error as HTTPClientError {
            return (.fault(error), error.wasSent)
        } catch {
            return (.fault(code: "cancelled", message: "the call was cut off", retryAfter: nil), false)
        }
    }

    private func look(_ context: StartContext, _ wire: any EndpointProtocol) async -> FindReply {
        guard let call = wire.find(context), let response = try? await caller.send(call, timeout: .seconds(20)) else {
            return .unclear
        }
        return wire.read(find: response)
    }

    private func find(_ context: StartContext, _ wire: any EndpointProtocol) async -> String? {
        if case .there(let id) = await look(context, wire) { return id }
        return nil
    }

    // MARK: - What came of it

    private func outcome(
        _ reply: StartReply, _ context: StartContext, _ wire: any EndpointProtocol, _ assignment: Assignment
    ) async -> PerformOutcome {
        switch reply {
        case .accepted(let remoteID): return .accepted(remoteID: remoteID)
        case .failed(let failure, let data):
            return .failed(desk.charged(failure, data, of: assignment.job, at: assignment.endpoint))
        case .fault(let code, let message, let retryAfter):
            return .endpointFault(code: code, message: message, retryAfter: retryAfter)
        case .completed(let data):
            do {
                let result = try await desk.read(data, of: assignment.job, at: assignment.endpoint)
                if case .failure(let failure) = result, failure.code == "invalid_output", wire.answersOnConnection,
                    let mended = await repair(data, failure, context, wire, assignment)
                {
                    return mended
                }
                return Self.outcome(result)
            } catch {
                return .endpointFault(
                    code: "not_read", message: "the result could not be read", retryAfter: .seconds(1))
            }
        }
    }

    private static func outcome(_ result: Result<Completion, JobFailure>) -> PerformOutcome {
        switch result {
        case .success(let completion): .completed(completion)
        case .failure(let failure): .failed(failure)
        }
    }

    /// Shows the model its own answer and what is wrong with it, once. Both calls are paid for. Nil when that led to no
    /// answer: then the first failure stands.
    private func repair(
        _ data: JSONObject, _ failure: JobFailure, _ context: StartContext, _ wire: any EndpointProtocol,
        _ assignment: Assignment
    ) async -> PerformOutcome? {
        guard !context.messages.isEmpty, let answer = data["output"]?.string, !Task.isCancelled else { return nil }
        var second = context
        second.messages += [
            ("assistant", String(answer.prefix(20_000))),
            (
                "user",
                "Your answer cannot be used: \(failure.message). Answer again with one JSON object that fits the schema, "
                    + "and nothing else."
            ),
        ]
        let (reply, _) = await startOnce(wire.start(second), wire, timeout: timeout(assignment, wire))
        var mended: JSONObject
        switch reply {
        case .completed(let data): mended = data
        case .failed(let failure, var both):
            both["usage"] = Self.sum(data["usage"], both["usage"])
            return .failed(desk.charged(failure, both, of: assignment.job, at: assignment.endpoint))
        case .accepted, .fault: return nil
        }
        mended["usage"] = Self.sum(data["usage"], mended["usage"])
        mended["repaired"] = true
        guard let result = try? await desk.read(mended, of: assignment.job, at: assignment.endpoint) else { return nil }
        return Self.outcome(result)
    }

    private static func sum(_ first: JSON?, _ second: JSON?) -> JSON {
        var sum: JSONObject = [:]
        for name in ["input_tokens", "output_tokens"] {
            let parts = [first?[name]?.int, second?[name]?.int].compactMap { $0 }
            sum[name] = parts.isEmpty ? .null : .int(parts.reduce(0) { $0 &+ $1 })
        }
        let costs = [first, second].compactMap { $0?["cost"]?["amount"]?.double }
        if !costs.isEmpty { sum["cost"] = ["amount": .double(costs.reduce(0, +)), "currency": "USD"] }
        return .object(sum)
    }
}
