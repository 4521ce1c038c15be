import Engine
import HTTPClient
import JSONValue
import Pipeline
import Store
import Texts
import Threads

/// Tries an endpoint with one real job about a post that nobody made, step by step, outside of the pipeline: nothing is
/// stored, and no slot is taken.
package final class EndpointProbe: Sendable {
    private let caller: EndpointCaller
    private let starts: StartMaker
    private let settings: PipelineSettings
    private let prompts: PromptShelf
    private let clock: DatabaseClock
    /// What callbacks of trials are waited for.
    private let waiting = Locked<[JobKey: Reply<JSON>]>([:])

    package init(
        caller: EndpointCaller, starts: StartMaker, settings: PipelineSettings, prompts: PromptShelf,
        clock: DatabaseClock
    ) {
        self.caller = caller
        self.starts = starts
        self.settings = settings
        self.prompts = prompts
        self.clock = clock
    }

    /// Asks whether it is there, in its protocol's way.
    package func check(_ endpoint: EndpointRow) async -> TrialStep {
        guard endpoint.wireProtocol != MockPerformer.wireProtocol else {
            return TrialStep(name: "health", isGood: true, detail: "it is a part of the service", milliseconds: 0)
        }
        guard let wire = EndpointProtocols.named(endpoint.wireProtocol),
            let call = wire.health(endpoint.url, caller.credentials(endpoint.name))
        else {
            return TrialStep(
                name: "health", isGood: true, detail: "the protocol has no question for it", milliseconds: 0)
        }
        return await timed("health") {
            let health = wire.read(health: try await caller.send(call, timeout: .seconds(10)))
            return (health.isHealthy, health.detail)
        }
    }

    /// The whole way of a job. Ends with the first step that is not good.
    package func test(_ endpoint: EndpointRow, within limit: Duration) async -> [TrialStep] {
        guard endpoint.wireProtocol != MockPerformer.wireProtocol else {
            return [await check(endpoint), mock(endpoint)]
        }
        guard let wire = EndpointProtocols.named(endpoint.wireProtocol) else {
            return [
                TrialStep(
                    name: "start", isGood: false, detail: "'\(endpoint.wireProtocol)' is no protocol of endpoints",
                    milliseconds: 0)
            ]
        }
        let job = JobKey(post: .trial, number: Int.random(in: 1...Int(Int32.max)))
        let callback = Reply<JSON>()
        waiting.withLock { $0[job] = callback }
        defer { waiting.withLock { _ = $0.removeValue(forKey: job) } }
        var steps = [await check(endpoint)]
        let work: StageWork
        let context: StartContext
        do {
            work = try SampleWork.make(
                SampleWork.source(for: endpoint), job: job, now: clock.now, settings: settings)
            context = try self.context(work, endpoint, job, limit)
        } catch {
            return steps + [TrialStep(name: "prepare", isGood: false, detail: "\(error)", milliseconds: 0)]
        }
        let (started, reply) = await start(context, wire, limit)
        steps.append(started)
        guard started.isGood, let reply else { return steps }
        let (ended, output) = await end(reply, callback, endpoint, wire, limit)
        steps.append(contentsOf: ended)
        if let output { steps.append(judge(output, work)) }
        return steps
    }

    /// A callback about a trial; false when nobody waits for it.
    package func hear(_ job: JobKey, _ message: JSON) -> Bool {
        // Progress is no end.
        guard let reply = waiting.withLock({ $0[job] }) else { return false }
        if message["type"]?.string != "job.progress" { reply.resolve(.success(message)) }
        return true
    }

    // MARK: - Steps

    private func context(
        _ work: StageWork, _ endpoint: EndpointRow, _ job: JobKey, _ limit: Duration
    ) throws -> StartContext {
        var messages: [(role: String, content: String)] = []
        if let prompt = prompts[work.source] {
            var random = SystemRandomNumberGenerator()
            messages = try work.messages(prompt: prompt, using: &random).map { ($0.role.rawValue, $0.content) }
        }
        return try starts.context(
            job, attempt: 1, at: endpoint,
            StartMaker.Content(
                stage: work.source.stage.rawValue, deadline: (clock.now + limit).description, input: work.input,
                outputSchema: work.outputSchema, schemaName: work.source.outputSchemaName, messages: messages))
    }

    private func start(
        _ context: StartContext, _ wire: any EndpointProtocol, _ limit: Duration
    ) async -> (TrialStep, StartReply?) {
        let found = Locked<StartReply?>(nil)
        let step = await timed("start") {
            let reply = wire.read(start: try await caller.send(wire.start(context), timeout: limit))
            found.withLock { $0 = reply }
            return switch reply {
            case .accepted(let id): (true, "accepted" + (id.map { " as \($0)" } ?? ""))
            case .completed: (true, "answered at once")
            case .failed(let failure, _): (false, "\(failure.code): \(failure.message)")
            case .fault(let code, let message, _): (false, "\(code): \(message)")
            }
        }
        return (step, found.withLock { $0 })
    }

    private func end(
        _ reply: StartReply, _ callback: Reply<JSON>, _ endpoint: EndpointRow, _ wire: any EndpointProtocol,
        _ limit: Duration
    ) async -> ([TrialStep], JSON?) {
        guard case .accepted(let remoteID) = reply else {
            if case .completed(let data) = reply { return ([], data["output"]) }
            return ([], nil)
        }
        let found = Locked<JSON?>(nil)
        let remote = remoteID.map {
            RemoteJob(url: endpoint.url, id: $0, credentials: caller.credentials(endpoint.name))
        }
        if let remote, let question = wire.poll(remote) {
            let step = await timed("asked") {
                let end = ContinuousClock.now + limit
                while ContinuousClock.now < end {
                    switch wire.read(poll: try await caller.send(question, timeout: .seconds(30))) {
                    case .completed(let data):
                        found.withLock { $0 = data["output"] }
                        return (true, "it has ended")
                    case .failed(let failure, _): return (false, "\(failure.code): \(failure.message)")
                    case .lost: return (false, "the endpoint does not know the job")
                    // It can only be asked: a trial waits for no webhook of the whole endpoint.
                    case .running, .unclear: try await Task.sleep(for: .seconds(1))
                    }
                }
                if let cancel = wire.cancel(remote) { _ = try? await caller.send(cancel, timeout: .seconds(10)) }
                return (false, "it has not ended in time")
            }
            return ([step], found.withLock { $0 })
        }
        let step = await timed("callback") {
            let message = try await Self.value(of: callback, within: limit)
            guard message["type"]?.string == "job.completed" else {
                let error = message["data"]?["error"]
                return (false, "\(error?["code"]?.string ?? "failed"): \(error?["message"]?.string ?? "")")
            }
            found.withLock { $0 = message["data"]?["output"] }
            return (true, "its signature is good")
        }
        return ([step], found.withLock { $0 })
    }

    private func mock(_ endpoint: EndpointRow) -> TrialStep {
        let source = SampleWork.source(for: endpoint)
        do {
            let job = JobKey(post: .trial, number: 1)
            let work = try SampleWork.make(source, job: job, now: clock.now, settings: settings)
            let answer = MockPerformer.answer(
                stage: source.stage.rawValue, input: work.input, model: endpoint.model, now: clock.now)
            return judge(answer["output"] ?? .null, work)
        } catch {
            return TrialStep(name: "prepare", isGood: false, detail: "\(error)", milliseconds: 0)
        }
    }

    private func judge(_ output: JSON, _ work: StageWork) -> TrialStep {
        let problem = SampleWork.problem(with: output, of: work, now: clock.now, settings: settings)
        return TrialStep(
            name: "result", isGood: problem == nil, detail: problem ?? "the pipeline would take it", milliseconds: 0)
    }

    private static func value(of reply: Reply<JSON>, within limit: Duration) async throws -> JSON {
        let timeout = Task {
            // The end of the wait itself: who gets the callback cancels it.
            try await Task.sleep(for: limit)
            reply.resolve(.failure(JobFailure(code: "timeout", message: "no callback came in time", isRetryable: true)))
        }
        defer { timeout.cancel() }
        return try await reply.value
    }

    private func timed(_ name: String, _ body: () async throws -> (Bool, String)) async -> TrialStep {
        let began = ContinuousClock.now
        var (isGood, detail) = (false, "")
        do {
            (isGood, detail) = try await body()
        } catch let error as HTTPClientError {
            detail = "no answer: \(error.code.rawValue)"
        } catch let error as JobFailure {
            detail = error.message
        } catch {
            detail = "\(error)"
        }
        let milliseconds = Int64((ContinuousClock.now - began) / .milliseconds(1))
        return TrialStep(name: name, isGood: isGood, detail: String(detail.prefix(300)), milliseconds: milliseconds)
    }
}
