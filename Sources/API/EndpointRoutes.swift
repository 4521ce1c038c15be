import HTTPServer
import JSONValue
import Store

/// Endpoints with their load, their limits and why they take nothing; draining.
package struct EndpointRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        [
            Route("GET", "/v1/endpoints", scope: .read) { _ in
                Answer.json(["endpoints": .array(try await services.engine.endpointReports().map(EndpointAnswer.json))])
            },
            Route("PUT", "/v1/endpoints/{name}", scope: .operate, bodyLimit: 4096) { try await set($0) },
        ]
    }

    private func set(_ call: Call) async throws -> ServerResponse {
        let name = call.parameters["name"] ?? ""
        let body = try call.object(allowing: ["drained"])
        guard let isDrained = body["drained"]?.bool else {
            throw Problem(422, .unprocessable, "'drained' must be true or false")
        }
        guard try await services.store.setDrained(isDrained, endpoint: name) else {
            throw Problem(404, .unknownEndpoint, "there is no endpoint '\(name.prefix(80))'")
        }
        try await services.store.record(
            AuditRow(
                actor: call.actor, action: isDrained ? "drain" : "undrain", subject: "endpoint:\(name)", detail: [:]))
        await services.store.notify([.endpoints])
        let report = try await services.engine.endpointReports().first { $0.load.endpoint.name == name }
        return Answer.json(report.map(EndpointAnswer.json) ?? .null)
    }
}
