import Crypto
import Engine
import JSONValue
import Logging
import Pipeline
import Store
import Threads

/// Asks endpoints how the jobs stand that they have taken on: at an interval, and at once when a webhook hints at it. What
/// it hears counts like a callback. Jobs that have ended here are cancelled there.
///
/// Looks after the endpoints that this node owns; it keeps the keys of their jobs in memory, and nothing that would have to
/// survive.
package final class JobPoller: Sendable {
    private struct Entry: Sendable {
        let attempt: Int
        let remoteID: String
        let endpoint: String
        var next: ContinuousClock.Instant
        /// How often in a row the endpoint did not know the job.
        var losses = 0
        /// Questions that follow a hint in short steps: an endpoint may tell of an end before it shows it.
        var eager = 0
    }

    private let caller: EndpointCaller
    private let store: any Store
    private let engine: Engine
    private let desk: StageDesk
    private let silence: @Sendable (_ source: String) -> Duration
    private let interval: @Sendable (_ endpoint: String) -> Duration
    private let logger: Logger
    private let entries = Locked<[JobKey: Entry]>([:])
    private let signal = Signal()

    /// How many questions are under way at once.
    private static let width = 16
    /// Questions after a hint, at half a second and then twice as long each time: four minutes in all.
    private static let eagerQuestions = 9
    /// Keys of one look into the table.
    private static let page = 500

    package init(
        caller: EndpointCaller, store: any Store, engine: Engine, desk: StageDesk,
        silence: @escaping @Sendable (_ source: String) -> Duration,
        interval: @escaping @Sendable (_ endpoint: String) -> Duration, logger: Logger
    ) {
        self.caller = caller
        self.store = store
        self.engine = engine
        self.desk = desk
        self.silence = silence
        self.interval = interval
        self.logger = logger
    }

    /// Runs until its task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await round()
            } catch {
                logger.warning("endpoints cannot be asked", metadata: ["error": "\(error)"])
            }
            // Endpoints become this node's, and jobs end, without a word to the poller.
            let shortest = engine.ownedEndpoints.filter(Self.canAsk).map { interval($0.name) }.min() ?? .seconds(2)
            let next = entries.withLock { $0.values.map(\.next).min() }.map { $0 - .now } ?? .seconds(5)
            await signal.wait(atMost: max(.milliseconds(100), min(shortest / 2, next, .seconds(5))))
        }
    }

    /// Looks which jobs are there, cancels those that have ended, and asks for those whose time has come.
    package func round() async throws {
        for endpoint in engine.ownedEndpoints where Self.canAsk(endpoint) {
            try await look(endpoint)
        }
        let now = ContinuousClock.now
        let due = entries.withLock { entries in entries.filter { $0.value.next <= now }.keys.sorted() }
        await withTaskGroup(of: Void.self) { group in
            for (index, key) in due.enumerated() {
                if index >= Self.width { await group.next() }
                group.addTask { await self.ask(key) }
            }
        }
    }

    /// Whether the protocol of an endpoint has a way to ask.
    private static func canAsk(_ endpoint: EndpointRow) -> Bool {
        guard let wire = EndpointProtocols.named(endpoint.wireProtocol) else { return false }
        return wire.poll(RemoteJob(url: endpoint.url, id: "x", credentials: EndpointCredentials())) != nil
    }

    private func look(_ endpoint: EndpointRow) async throws {
        var found: Set<JobKey> = []
        var cursor: JobKey?
        while true {
            let keys = try await store.runningKeys(endpoint: endpoint.name, after: cursor, limit: Self.page)
            found.formUnion(keys)
            guard keys.count == Self.page, let last = keys.last else { break }
            cursor = last
        }
        let known = entries.withLock { $0.filter { $0.value.endpoint == endpoint.name } }
        for (key, entry) in known where !found.contains(key) {
            entries.withLock { _ = $0.removeValue(forKey: key) }
            await cancel(entry, endpoint)
        }
        for key in found where known[key] == nil {
            guard let job = try await store.job(key), job.phase == .accepted, let id = job.remoteID else { continue }
            let entry = Entry(
                attempt: job.attempt, remoteID: id, endpoint: endpoint.name, next: .now + interval(endpoint.name))
            entries.withLock { $0[key] = entry }
        }
    }

    /// A webhook hints that a job has ended: it is asked for at once. That it hints is all that is believed.
    package func hint(_ key: JobKey, attempt: Int, remoteID: String) async throws {
        guard let job = try await store.job(key), job.attempt == attempt, job.phase != .waiting,
            let name = job.endpoint,
            job.remoteID == nil || job.remoteID == remoteID
        else { return }
        entries.withLock {
            $0[key] = Entry(
                attempt: attempt, remoteID: remoteID, endpoint: name, next: .now, eager: Self.eagerQuestions)
        }
        signal.raise()
    }

    // MARK: - Asking

    private func ask(_ key: JobKey) async {
        guard let entry = entries.withLock({ $0[key] }) else { return }
        do {
            let own = engine.ownedEndpoints.first { $0.name == entry.endpoint }
            var row = own
            if row == nil { row = try await store.endpointRows().first { $0.name == entry.endpoint } }
            let job = try await store.job(key)
            if let job, job.attempt == entry.attempt, let row { await ask(job, entry, row) }
            // What another node looks after is a hint's, and goes when its questions are over; what has another attempt by
            // now is of no use here.
            let isOver = own == nil && (job == nil || entries.withLock { ($0[key]?.eager ?? 0) == 0 })
            guard isOver || (job != nil && job?.attempt != entry.attempt) else { return }
            entries.withLock { entries in if entries[key]?.attempt == entry.attempt { entries[key] = nil } }
            if let row, own != nil { await cancel(entry, row) }
        } catch {
            logger.warning("a job cannot be looked up", metadata: ["job": "\(key)", "error": "\(error)"])
        }
    }

    private func ask(_ job: JobRow, _ entry: Entry, _ endpoint: EndpointRow) async {
        guard let wire = EndpointProtocols.named(endpoint.wireProtocol), let call = wire.poll(remote(entry, endpoint))
        else { return }
        var reply = PollReply.unclear("no answer")
        var body: [UInt8] = []
        if let response = try? await caller.send(call, timeout: .seconds(30)) {
            reply = wire.read(poll: response)
            body = response.body
        }
        do {
            try await take(reply, body, job, entry, endpoint)
        } catch {
            logger.warning("an answer was not taken", metadata: ["job": "\(job.key)", "error": "\(error)"])
        }
    }

    private func take(
        _ reply: PollReply, _ body: [UInt8], _ job: JobRow, _ entry: Entry, _ endpoint: EndpointRow
    ) async throws {
        var result: Result<Completion, JobFailure>?
        switch reply {
        case .running(let progress):
            later(job.key, endpoint)
            _ = try await store.recordProgress(
                job.key, attempt: job.attempt, silenceMicroseconds: silence(job.source).microseconds, progress: progress
            )
        case .completed(let data): result = try await desk.read(data, of: job, at: endpoint)
        case .failed(let failure, let data): result = .failure(desk.charged(failure, data, of: job, at: endpoint))
        case .lost:
            // An endpoint that has just taken a job on may not show it everywhere at once.
            guard later(job.key, endpoint, isLoss: true) >= 2 else { return }
            result = .failure(
                JobFailure(
                    code: "result_lost", message: "the endpoint does not know the job any more", isRetryable: true))
        case .unclear(let reason):
            later(job.key, endpoint)
            logger.notice(
                "an endpoint did not say how a job stands",
                metadata: ["job": "\(job.key)", "endpoint": "\(endpoint.name)", "reason": "\(reason)"])
        }
        guard let result else { return }
        let delivery = Delivery(
            id: "poll-\(job.attempt)", bodyHash: Digest.hex(Digest.sha256(body)), body: body)
        _ = try await engine.deliver(
            result, job: job.key, attempt: job.attempt, delivery: delivery, actor: "endpoint:\(endpoint.name)")
        // It has ended there: nothing is left to cancel.
        entries.withLock { _ = $0.removeValue(forKey: job.key) }
    }

    /// Sets the next question; returns how often in a row the endpoint did not know the job.
    @discardableResult
    private func later(_ key: JobKey, _ endpoint: EndpointRow, isLoss: Bool = false) -> Int {
        let interval = interval(endpoint.name)
        return entries.withLock { entries in
            guard var entry = entries[key] else { return isLoss ? 1 : 0 }
            var pause = interval
            if entry.eager > 0 {
                pause = min(interval, .milliseconds(500) * (1 << (Self.eagerQuestions - entry.eager)))
                entry.eager -= 1
            }
            entry.next = .now + pause
            entry.losses = isLoss ? entry.losses + 1 : 0
            entries[key] = entry
            return entry.losses
        }
    }

    /// A request, not a fact: whatever comes of it, the job has ended here.
    private func cancel(_ entry: Entry, _ endpoint: EndpointRow) async {
        guard let wire = EndpointProtocols.named(endpoint.wireProtocol), let call = wire.cancel(remote(entry, endpoint))
        else { return }
        _ = try? await caller.send(call, timeout: .seconds(10))
    }

    private func remote(_ entry: Entry, _ endpoint: EndpointRow) -> RemoteJob {
        RemoteJob(url: endpoint.url, id: entry.remoteID, credentials: caller.credentials(endpoint.name))
    }
}
