import API
import Agents
import Engine
import HTTPClient
import HTTPServer
import JSONValue
import Logging
import Reddit
import Store
import Threads
import Upkeep
import Webhooks

/// A service that has been put together: what `serve` and `demo` run, and what tests look into.
package final class RunningService: Sendable {
    package let store: any Store
    package let engine: Engine
    package let server: HTTPServer
    package let settings: ServiceSettings
    package let url: String
    package let poller: JobPoller
    package let upkeep: UpkeepLoop
    package let webhooks: WebhookLoop
    let scanner: Scanner?
    let clients: [HTTPClient]
    let logger: Logger
    let readiness: Shared<Bool>
    /// Scanning, asking endpoints, upkeep and outgoing webhooks: they stop first.
    private let helpers = Shared<Task<Void, Never>?>(nil)

    init(
        store: any Store, engine: Engine, server: HTTPServer, settings: ServiceSettings, url: String,
        poller: JobPoller, upkeep: UpkeepLoop, webhooks: WebhookLoop, scanner: Scanner?, clients: [HTTPClient],
        logger: Logger, readiness: Shared<Bool>
    ) {
        self.store = store
        self.engine = engine
        self.server = server
        self.settings = settings
        self.url = url
        self.poller = poller
        self.upkeep = upkeep
        self.webhooks = webhooks
        self.scanner = scanner
        self.clients = clients
        self.logger = logger
        self.readiness = readiness
    }

    /// Runs until ``stop()`` has drained everything.
    package func run() async {
        readiness.set(true)
        let interval = settings.values.duration("reddit.scan_interval")
        let upkeepInterval = max(settings.values.duration("upkeep.interval"), .seconds(1))
        let helpers = Task { [scanner, upkeep, poller, webhooks] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await poller.run() }
                if let scanner { group.addTask { await scanner.run(interval: interval) } }
                group.addTask { await upkeep.run(interval: upkeepInterval) }
                group.addTask { await webhooks.run() }
            }
        }
        self.helpers.set(helpers)
        await engine.run()
        helpers.cancel()
        await helpers.value
    }

    /// The order matters: no new work, attempts finished or released, lanes emptied, answers sent, connections closed.
    package func stop() async {
        readiness.set(false)
        logger.info("draining")
        helpers.value?.cancel()
        await engine.drain(grace: settings.values.duration("drain.grace"))
        await server.close(grace: .seconds(2))
        for client in clients { await client.close() }
        await store.close()
        logger.info("stopped")
    }
}
