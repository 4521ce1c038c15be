import HTTPClient
import JSONValue
import Logging
import Threads

/// Serves an ``AgentDesk``: runs its jobs, one task each, and calls back.
final class FakeAgent: Sendable {
    private struct State {
        var desk: AgentDesk
        var journal: Journal?
        var tasks: [String: Task<Void, Never>] = [:]
        var isStopping = false
    }

    /// How far a job is when it reports.
    private static let reports = [0.25, 0.6]

    private let options: FakeLLMOptions
    private let logger: Logger
    private let caller: CallbackCaller
    private let state: Locked<State>
    private let unfinished: [AgentJob]

    init(_ options: FakeLLMOptions, logger: Logger) throws {
        self.options = options
        self.logger = logger
        caller = CallbackCaller(options)
        var past: [JSON] = []
        let journal = try options.state.map { try Journal(path: $0) { past.append($0) } }
        var desk = AgentDesk(options)
        unfinished = desk.restore(past)
        state = Locked(State(desk: desk, journal: journal))
    }

    /// Goes on with the jobs that the last process left undone.
    func resume() {
        for job in unfinished { spawn(job) }
    }

    func answer(_ request: FakeRequest) async -> FakeAnswer {
        let now = options.clock.now()
        let (answer, launch) = change { $0.answer(request, now: now) }
        guard let launch else { return answer }
        if launch.isEarly { await finish(launch.job) } else { spawn(launch.job) }
        return answer
    }

    /// Stops working; callbacks that are still due are not sent.
    func stop() async {
        let tasks = state.withLock { state in
            state.isStopping = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        await caller.close()
    }

    func close() { state.withLock { $0.journal?.close() } }

    /// Changes the desk; what it wants kept is in the file when this returns.
    private func change<Value: Sendable>(_ body: (inout AgentDesk) -> Value) -> Value {
        state.withLock { state in
            let value = body(&state.desk)
            for line in state.desk.journal { try? state.journal?.append(line) }
            state.desk.journal = []
            return value
        }
    }

    private func spawn(_ job: AgentJob) {
        state.withLock { state in
            guard !state.isStopping else { return }
            state.tasks[job.id] = Task { [self] in
                await work(job)
                self.state.withLock { _ = $0.tasks.removeValue(forKey: job.id) }
            }
        }
    }

    /// Works for the job's time with reports in between, then ends it.
    private func work(_ job: AgentJob) async {
        let whole = ChatDesk.delay(of: job.id, about: options.duration)
        var done = 0.0
        for fraction in Self.reports {
            guard await rest(whole * (fraction - done)), isWanted(job) else { return }
            done = fraction
            change { $0.progressed(job.id, fraction) }
            await report(job, fraction)
        }
        guard await rest(whole * (1 - done)), isWanted(job) else { return }
        if job.fault?.kind == .never { return }
        if job.fault?.kind == .late, let delay = job.fault?.delay { guard await rest(delay) else { return } }
        await finish(job)
    }

    private func rest(_ duration: Duration) async -> Bool {
        do {
            try await options.clock.sleep(duration)
            return !Task.isCancelled
        } catch {
            return false
        }
    }

    private func isWanted(_ job: AgentJob) -> Bool { change { $0[job.id]?.status == .running } }

    /// Progress is a hint: it is sent once, and nobody minds when it is lost.
    private func report(_ job: AgentJob, _ fraction: Double) async {
        let event = AgentEvents.progress(job, fraction, now: options.clock.now())
        let status = await caller.send(event, job).status
        change { $0.called("job.progress", status: status) }
    }

    /// Sends the end until it is taken, and then again if told to.
    private func finish(_ job: AgentJob) async {
        let event = AgentEvents.end(job, now: options.clock.now())
        let type = event.body["type"]?.string ?? ""
        for _ in 0..<(job.fault?.kind == .twice ? 2 : 1) {
            var schedule = RetrySchedule(base: options.retryBase, limit: options.retryFor, name: event.webhookID)
            while true {
                let (status, retryAfter) = await caller.send(event, job)
                guard !Task.isCancelled else { return }
                change { $0.called(type, status: status) }
                guard case .again(let wait) = schedule.next(status: status, retryAfter: retryAfter) else { break }
                logger.debug("a callback is sent again", metadata: ["job": "\(job.id)", "in": "\(wait)"])
                guard await rest(wait) else { return }
            }
        }
        change { $0.end(job.id, type == "job.failed" ? .failed : .completed) }
    }
}
