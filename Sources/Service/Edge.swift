import API
import Assets
import Dashboard
import Foundation
import HTTPServer
import Logging
import Store
import Threads
import Upkeep
import Webhooks

/// The HTTP edge: API and pages behind one server.
struct Edge {
    private let router: Router

    init(
        _ services: Services, _ trials: EndpointTrials, _ doctor: Doctor, _ dashboard: Dashboard,
        _ subscriptions: SubscriptionDesk, _ gatekeeper: Gatekeeper, _ readiness: Shared<Bool>, _ logger: Logger
    ) throws {
        let counters = RequestCounters()
        let probes = ProbeRoutes(
            services: services, counters: counters, isReady: { readiness.value }, more: { "" })
        let signature = InboundSignature(
            unixTime: { [clock = services.engine.clock] in
                (clock.now.unixSeconds, Int64(Date().timeIntervalSince1970))
            }, logger: logger)
        let callbacks = CallbackRoutes(services: services, signature: signature)
        let webhooks = WebhookRoutes(services: services, signature: signature)
        let routes: [[Route]] = [
            PostRoutes(services: services).routes, EventRoutes(services: services).routes,
            QueueRoutes(services: services).routes, EndpointRoutes(services: services, trials: trials).routes,
            HoldRoutes(services: services).routes, BulkRoutes(services: services).routes,
            CostRoutes(services: services).routes, callbacks.routes, webhooks.routes, probes.routes,
            SubscriptionRoutes(desk: subscriptions).routes, DoctorRoutes(doctor: doctor).routes, Self.pages(dashboard),
            [Self.document],
        ]
        router = Router(routes: routes.flatMap(\.self), gatekeeper: gatekeeper, counters: counters, logger: logger)
    }

    func server(address: String, port: UInt16) throws -> HTTPServer {
        var options = ServerOptions()
        options.address = address
        options.port = port
        options.bodyLimit = { [router] method, path in router.bodyLimit(method, path) }
        return try HTTPServer(
            options: options, refuse: { Problem.refusal($0).response }, handler: { [router] in await router.answer($0) }
        )
    }

    /// The description of the API. Whoever may reach the port may read it.
    private static let document = Route("GET", "/openapi.json", scope: .none) { _ in
        ServerResponse(
            status: 200, headers: [("Content-Type", "application/json")],
            body: Asset.at("web/openapi.json")?.bytes ?? [])
    }

    private static func pages(_ dashboard: Dashboard) -> [Route] {
        [
            Route("GET", "/", scope: .read) { try await dashboard.overview(PageQuery($0.request.query)) },
            Route("GET", "/posts/{id}", scope: .read) { call in
                guard let id = PostID(call.parameters["id"] ?? ""),
                    let page = try await dashboard.post(id, PageQuery(call.request.query))
                else { throw Problem(404, .unknownPost, "there is no such post") }
                return page
            },
            Route("GET", "/assets/{name}", scope: .none) { call in
                guard let file = dashboard.asset(call.parameters["name"] ?? "") else {
                    throw Problem(404, .unknownRoute, "there is no such file")
                }
                return file
            },
        ]
    }
}

extension Problem {
    /// What the HTTP driver refuses itself, in the API's form.
    static func refusal(_ refusal: Refusal) -> Problem {
        switch refusal {
        case .bodyTooLarge: Problem(413, .tooLarge, refusal.message)
        case .ambiguousLength, .missingHost, .malformedHeader: Problem(400, .badRequest, refusal.message)
        case .handlerTooSlow: .tryAgain(.unavailable, refusal.message, seconds: 2)
        case .closing: .tryAgain(.stopping, refusal.message, seconds: 2)
        }
    }
}
