import API
import Agents
import Crypto
import Dashboard
import Engine
import Foundation
import HTTPClient
import HTTPServer
import JSONValue
import Logging
import Pipeline
import Reddit
import Store
import StorePostgres
import StoreSQLite
import Texts
import Threads
import Upkeep
import Webhooks

/// The only place that names concrete adapters: puts a service together from its settings.
package struct Composition {
    package static let version = "0.1.0"

    private let settings: ServiceSettings
    private let logger: Logger

    package init(_ settings: ServiceSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Opens the database that the settings name; the caller closes it.
    package func openStore(readOnly: Bool = false) throws -> any Store {
        if settings.isPostgres {
            return PostgresStore(
                url: settings.values.text("database"), node: settings.node,
                writers: settings.values.number("engine.lanes"),
                partitionDays: settings.values.number("retention.partition_days"))
        }
        let path = settings.sqlitePath
        if let slash = path.lastIndex(of: "/"), !readOnly {
            try FileManager.default.createDirectory(
                atPath: String(path[..<slash]), withIntermediateDirectories: true)
        }
        return try SQLiteStore(path: path, readOnly: readOnly)
    }

    /// Opens, migrates, reads charts, and listens. Nothing is worked on before ``RunningService/run()``.
    ///
    /// `wrap` lets a test stand between the service and its database.
    package func start(wrapping wrap: (any Store) -> any Store = { $0 }) async throws -> RunningService {
        try checkExposure()
        try checkMocks()
        let opened = try openStore()
        let store = wrap(opened)
        do {
            let applied = try await store.migrate()
            if !applied.isEmpty {
                logger.info("migrated", metadata: ["migrations": "\(applied.joined(separator: ", "))"])
            }
            if let risk = try await (opened as? PostgresStore)?.failoverRisk() { logger.warning("\(risk)") }
            return try await compose(store)
        } catch {
            await store.close()
            throw error
        }
    }

    private func compose(_ store: any Store) async throws -> RunningService {
        let charts = ChartRegistry()
        try await ChartLoader.load(settings.values, store: store, into: charts, logger: logger)
        try await store.reconcileEndpoints(endpoints)
        // What this node owned before it was killed is owned anew, under new epochs.
        try await store.releaseLeases(node: settings.node)
        try await store.maintain()
        let keys = try MasterKeys.load(settings)
        let url = Shared(settings.values.text("listen.public_url"))
        // Whatever is compared with the database's times, or with other nodes', is not read from this machine's clock.
        let clock = DatabaseClock(try await store.now())
        let agents = HTTPClient(maximumConnections: 2048, userAgent: "rejoinder/\(Self.version)")
        let prompts = try promptShelf()
        let desk = StageDesk(
            store: store, settings: settings.pipeline, prompts: prompts, now: { clock.now })
        let caller = EndpointCaller(client: agents, credentials: try credentials())
        let starts = StartMaker(
            keys: keys, callbackBase: { url.value }, credentials: { caller.credentials($0) }, now: { clock.now })
        let performer = AgentPerformer(caller: caller, desk: desk, starts: starts, logger: logger)
        let reddit = try RedditParts(settings, store: store, keys: keys, clock: clock, logger: logger)
        let engine = Engine(
            store: store, policy: PipelinePolicy(charts: charts, settings: settings.pipeline),
            performers: [performer, MockPerformer(desk: desk, now: { clock.now }), reddit.performer],
            admitter: reddit.limiter, node: settings.node,
            clock: clock, options: engineOptions, logger: logger, migrations: MigrationPlans(charts: charts))
        let poller = JobPoller(
            caller: caller, store: store, engine: engine, desk: desk, silence: silence,
            interval: { [intervals = pollIntervals] in intervals[$0] ?? EndpointSettings.defaultPollInterval },
            logger: logger)
        let webhooks = WebhookDesk(caller: caller, store: store, poller: poller, silence: silence)
        let probe = EndpointProbe(
            caller: caller, starts: starts, settings: settings.pipeline, prompts: prompts, clock: clock)
        let readiness = Shared(false)
        let upkeep = UpkeepLoop(store: store, limits: upkeepLimits, node: settings.node, logger: logger)
        let outgoing = try OutgoingParts(
            settings, store: store, charts: charts, keys: keys, clock: clock, logger: logger)
        let server = try listen(
            store, engine, charts, keys, desk, (webhooks, probe, outgoing.desk), upkeep, readiness)
        let local = "http://\(Self.host(settings.values.text("listen.address"))):\(server.port)"
        url.withLock { if $0.isEmpty { $0 = local } }
        return RunningService(
            store: store, engine: engine, server: server, settings: settings, url: local, poller: poller,
            upkeep: upkeep, webhooks: outgoing.loop, scanner: try reddit.scanner(store: store, engine: engine),
            clients: [agents, reddit.http, outgoing.http], logger: logger, readiness: readiness)
    }

    private func listen(
        _ store: any Store, _ engine: Engine, _ charts: ChartRegistry, _ keys: CallbackKeys, _ desk: StageDesk,
        _ outside: (desk: WebhookDesk, probe: EndpointProbe, subscriptions: SubscriptionDesk), _ upkeep: UpkeepLoop,
        _ readiness: Shared<Bool>
    ) throws -> HTTPServer {
        let posts = PostDesk(charts: charts, mode: settings.pipeline.posting.mode)
        let services = Services(
            store: store, engine: engine, desk: posts, callbackKeys: keys,
            silence: silence,
            readResult: { [rows = endpoints] file, data in
                desk.read(data, of: file, at: rows.first { $0.name == file.job.endpoint })
            },
            chargeFailure: { [rows = endpoints] failure, data, job in
                desk.charged(failure, data, of: job, at: rows.first { $0.name == job.endpoint })
            }, files: desk.files, hints: Self.hints(outside.desk, outside.probe), logger: logger,
            about: [
                "version": .string(Self.version), "node": .string(settings.node),
                "posting_mode": .string(settings.pipeline.posting.mode.rawValue),
            ])
        let dashboard = try Dashboard(engine: engine, desk: posts, mode: settings.pipeline.posting.mode.rawValue)
        let doctor = Doctor(store: store, desk: posts, upkeep: upkeep) { [engine] in
            let reports = try await engine.endpointReports()
            return Dictionary(uniqueKeysWithValues: reports.map { ($0.load.endpoint.name, $0.reasons) })
        }
        let edge = try Edge(
            services, Self.trials(outside.probe), doctor, dashboard, outside.subscriptions, gatekeeper(), readiness,
            logger)
        return try edge.server(
            address: settings.values.text("listen.address"), port: UInt16(settings.values.number("listen.port")))
    }

    private var silence: @Sendable (_ source: String) -> Duration {
        { [pipeline = settings.pipeline] source in
            JobSource(rawValue: source).map { pipeline[$0].silence } ?? .seconds(900)
        }
    }

    private var pollIntervals: [String: Duration] {
        Dictionary(uniqueKeysWithValues: settings.endpoints.map { ($0.row.name, $0.pollInterval) })
    }

    private static func hints(_ desk: WebhookDesk, _ probe: EndpointProbe) -> Hints {
        Hints(
            tokens: { WebhookDesk.tokens($0) }, push: { try await desk.push($0, job: $1, attempt: $2) },
            secrets: { desk.secrets(of: $0) }, webhook: { try await desk.webhook($0, from: $1) },
            trial: { probe.hear($0, $1) })
    }

    private static func trials(_ probe: EndpointProbe) -> EndpointTrials {
        EndpointTrials(
            check: { await probe.check($0) }, test: { endpoint, limit in await probe.test(endpoint, within: limit) })
    }

    private func gatekeeper() throws -> Gatekeeper {
        let scopes: [String: Scope] = ["read": .read, "trigger": .trigger, "operate": .operate, "admin": .admin]
        let keys = try settings.apiKeys.map { key in
            Gatekeeper.Key(
                name: key.name, secret: try key.secret.read(settings.environment), scope: scopes[key.scope] ?? .read)
        }
        return Gatekeeper(keys: keys)
    }

    /// Without a key, everybody who reaches the port could post: only this machine may reach it.
    private func checkExposure() throws {
        let address = settings.values.text("listen.address")
        guard settings.apiKeys.isEmpty, !address.hasPrefix("127."), address != "::1" else { return }
        throw SettingsError(
            "listen.address is \(address), but no API key is configured: name keys under 'api.keys', or listen on 127.0.0.1"
        )
    }

    /// What is made up must never reach people.
    private func checkMocks() throws {
        let mode = settings.pipeline.posting.mode
        guard mode == .approve || mode == .auto,
            let mock = settings.endpoints.first(where: { $0.row.wireProtocol == MockPerformer.wireProtocol })
        else { return }
        throw SettingsError(
            "endpoint \(mock.row.name): the protocol mock makes its answers up; with posting.mode \(mode.rawValue) they "
                + "could be posted: name a real endpoint, or set posting.mode to off or dry_run")
    }

    private var endpoints: [EndpointRow] {
        let account = settings.values.text("reddit.account")
        return settings.endpoints.map(\.row) + [
            EndpointRow(
                name: RedditParts.endpointName(account), url: settings.values.text("reddit.api_url"),
                wireProtocol: "reddit", model: "",
                capabilities: [JobSource.comment, .reconcile, .engagement].map(\.rawValue), maxConcurrent: 8)
        ]
    }

    private func credentials() throws -> [String: EndpointCredentials] {
        var credentials: [String: EndpointCredentials] = [:]
        for endpoint in settings.endpoints {
            let signing = try endpoint.signing?.read(settings.environment)
            credentials[endpoint.row.name] = EndpointCredentials(
                bearer: try endpoint.bearer?.read(settings.environment),
                signing: signing.flatMap(WebhookSecret.init(_:)), webhooks: try webhookSecrets(endpoint),
                keepsContext: endpoint.keepsContext)
        }
        return credentials
    }

    /// The operator's prompts, each file of the folder that ends in `.md`.
    private func promptShelf() throws -> PromptShelf {
        let folder = settings.values.text("prompts.folder")
        guard !folder.isEmpty else { return .builtIn }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }
            let texts = try names.map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
            return try PromptShelf(files: Dictionary(texts) { first, _ in first })
        } catch let problem as Prompt.Problem {
            throw SettingsError("prompts.folder: \(problem)")
        } catch {
            throw SettingsError("prompts.folder: '\(folder)' cannot be read: \(error.localizedDescription)")
        }
    }

    private func webhookSecrets(_ endpoint: EndpointSettings) throws -> [WebhookSecret] {
        try [endpoint.webhook, endpoint.formerWebhook].compactMap { $0 }.map { source in
            guard let secret = WebhookSecret(try source.read(settings.environment)) else {
                throw SettingsError("endpoint \(endpoint.row.name): its webhook secret must be whsec_ and base64")
            }
            return secret
        }
    }

    private var engineOptions: EngineOptions {
        let values = settings.values
        var options = EngineOptions()
        options.lanes = values.number("engine.lanes")
        options.batchLimit = values.number("engine.batch_limit")
        options.laneLimit = values.number("engine.queue_limit")
        // An SQLite file has one server: its leases need not be short, because nobody else could take over.
        options.leaseTime = max(values.duration("engine.lease"), settings.isPostgres ? .zero : .seconds(60))
        options.pollInterval = settings.pipeline.pollInterval
        options.breakerFaults = values.number("engine.breaker_faults")
        options.operationRate = values.number("engine.operation_rate")
        options.breakerPause = values.duration("engine.breaker_pause")
        return options
    }

    private var upkeepLimits: UpkeepLimits {
        let values = settings.values
        var limits = UpkeepLimits()
        limits.finished = values.duration("retention.finished")
        limits.texts = values.duration("retention.texts")
        limits.ledger = values.duration("retention.ledger")
        limits.webhooks = values.duration("retention.webhooks")
        let folder = values.text("archive.folder")
        limits.archiveFolder = folder.isEmpty ? nil : folder
        // SQLite has one writer, which everybody else waits for.
        limits.batch = min(values.number("purge.batch"), settings.isPostgres ? 5000 : 100)
        limits.pause = values.duration("purge.pause")
        return limits
    }

    private static func host(_ address: String) -> String { address.contains(":") ? "[\(address)]" : address }
}
