import HTTPServer
import JSONValue
import Pipeline
import Store

/// Liveness, readiness, metrics.
package struct ProbeRoutes: Sendable {
    let services: Services
    let counters: RequestCounters
    let isReady: @Sendable () -> Bool
    /// More lines for `/metrics`, in Prometheus' text form.
    let more: @Sendable () async -> String

    package init(
        services: Services, counters: RequestCounters, isReady: @escaping @Sendable () -> Bool,
        more: @escaping @Sendable () async -> String
    ) {
        self.services = services
        self.counters = counters
        self.isReady = isReady
        self.more = more
    }

    package var routes: [Route] {
        [
            Route("GET", "/livez", scope: .none) { _ in ServerResponse(status: 200, text: "ok\n") },
            Route("GET", "/readyz", scope: .none) { _ in try await ready() },
            Route("GET", "/metrics", scope: .read) { _ in try await metrics() },
        ]
    }

    private func ready() async throws -> ServerResponse {
        guard isReady() else { throw Problem.tryAgain(.stopping, "this node is starting or stopping", seconds: 2) }
        _ = try await services.store.now()
        return ServerResponse(status: 200, text: "ready\n")
    }

    private func metrics() async throws -> ServerResponse {
        var lines = ["# TYPE rejoinder_posts gauge"]
        for count in try await services.store.queueCounts() {
            lines.append("rejoinder_posts{stage=\"\(count.stage)\",status=\"\(count.status)\"} \(count.count)")
        }
        lines.append("# TYPE rejoinder_endpoint_load gauge")
        for load in try await services.store.endpoints() {
            lines.append("rejoinder_endpoint_load{endpoint=\"\(load.endpoint.name)\"} \(load.currentLoad)")
            lines.append(
                "rejoinder_endpoint_capacity{endpoint=\"\(load.endpoint.name)\"} \(load.endpoint.maxConcurrent)")
        }
        lines.append("# TYPE rejoinder_events_waiting gauge")
        lines.append("rejoinder_events_waiting \(services.engine.depth)")
        lines.append("# TYPE rejoinder_stuck_posts gauge")
        lines.append("rejoinder_stuck_posts \(try await services.store.stuckPosts(limit: 1000).count)")
        lines.append("# TYPE rejoinder_http_responses_total counter")
        for (status, count) in counters.byStatus {
            lines.append("rejoinder_http_responses_total{status=\"\(status)\"} \(count)")
        }
        lines.append(await more())
        return ServerResponse(
            status: 200, headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: Array(lines.joined(separator: "\n").utf8) + [0x0A])
    }
}
