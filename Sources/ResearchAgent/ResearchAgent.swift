import HTTPClient
import HTTPServer
import JSONValue
import Logging
import Threads

/// A research agent: takes signed starts, researches, and calls back. It keeps nothing on disk: what a kill interrupts
/// is begun again by the same start, and its end counts once.
package final class ResearchAgent: Sendable {
    private struct State: Sendable {
        var ledger: RunLedger
        var tasks: [String: Task<Void, Never>] = [:]
    }

    private let options: ResearchAgentOptions
    private let logger: Logger
    private let state: Locked<State>
    private let server = Locked<HTTPServer?>(nil)
    private let client: HTTPClient
    private let callbackClient: HTTPClient
    private let fetcher: PageFetcher
    private let researcher: Researcher
    private let sender: CallbackSender

    package init(options: ResearchAgentOptions, logger: Logger) throws(ResearchAgentOptions.Problem) {
        try options.check()
        self.options = options
        self.logger = logger
        state = Locked(State(ledger: RunLedger(limit: options.jobs)))
        let agent = "\(PageFetcher.productToken)/1.0"
        client = HTTPClient(maximumConnections: 64, userAgent: agent)
        callbackClient = HTTPClient(maximumConnections: 64, userAgent: agent)
        fetcher = PageFetcher(
            allowed: options.allowedHosts, limits: options.limits, contact: options.contact, time: options.time)
        researcher = Researcher(
            model: ModelClient(options.model, client: client, time: options.time, logger: logger),
            search: SearchClient(options.search, client: client, time: options.time), fetcher: fetcher,
            limits: options.limits, time: options.time, now: options.now, logger: logger)
        sender = CallbackSender(client: callbackClient, time: options.time, now: options.now, logger: logger)
    }

    /// Where it listens, once started.
    package var port: UInt16 { server.withLock { $0?.port } ?? options.port }

    package var running: Int { state.withLock { $0.ledger.runningCount } }

    package func start() throws(HTTPServerError) {
        let routes = StartRoutes(
            secrets: options.secrets, now: options.now, logger: logger,
            running: { [self] in (self.running, options.jobs) }, begin: { [self] task in begin(task) })
        let started = try HTTPServer(
            options: ServerOptions(address: options.address, port: options.port, bodyLimit: { _, _ in 4 << 20 })
        ) { request in routes.answer(request) }
        server.withLock { $0 = started }
    }

    /// Takes no more, and tells the service of the jobs that it gives up.
    package func close() async {
        let tasks = state.withLock { state in
            state.ledger.close()
            return Array(state.tasks.values)
        }
        let started = server.withLock { server in
            defer { server = nil }
            return server
        }
        await started?.close(grace: .seconds(2))
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        await fetcher.close()
        await client.close()
        await callbackClient.close()
    }

    private func begin(_ task: ResearchTask) -> RunLedger.Verdict {
        state.withLock { state in
            let verdict = state.ledger.take(task.key, digest: task.digest)
            guard verdict == .begin else { return verdict }
            state.tasks[task.key] = Task { [self] in
                let isDelivered = await work(task)
                self.state.withLock { state in
                    state.ledger.end(task.key, isDelivered: isDelivered)
                    state.tasks[task.key] = nil
                }
            }
            return verdict
        }
    }

    /// One attempt from its start to its end; false when the end did not arrive.
    private func work(_ task: ResearchTask) async -> Bool {
        logger.info("a research begins", metadata: ["job": "\(task.key)", "claims": "\(task.claims.count)"])
        let reporter = ProgressReporter(task, sender: sender, interval: options.repeatProgress)
        let event: CallbackEvent
        do {
            let result = try await reporter.repeating { [researcher] in
                try await researcher.research(task) { await reporter.tell($0, $1) }
            }
            guard let result else {
                logger.info("nobody wants a research any more", metadata: ["job": "\(task.key)"])
                return true
            }
            logger.info("a research is done", metadata: ["job": "\(task.key)", "summary": "\(result.summary)"])
            event = .completed(task, result, at: options.now())
        } catch {
            // Nothing else is thrown; a cancelled wait for a word to be repeated would mean the same.
            let failure = error as? ResearchFailure ?? .stopping
            logger.notice("a research failed", metadata: ["job": "\(task.key)", "reason": "\(failure)"])
            event = .failed(task, failure, at: options.now())
        }
        if await sender.deliver(event, task) { return true }
        // The agent is being stopped: the service may give the job to another one at once.
        return Task.isCancelled ? await sendLast(event, task) : false
    }

    /// One sending outside the task that was cancelled.
    private func sendLast(_ event: CallbackEvent, _ task: ResearchTask) async -> Bool {
        let sender = sender
        let status = await Task { await sender.once(event, task, timeout: .seconds(4)).status }.value
        return status.map { (200..<300).contains($0) } ?? false
    }
}
