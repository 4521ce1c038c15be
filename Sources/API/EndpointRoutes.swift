import HTTPServer
import JSONValue
import Store

/// Endpoints with their load; draining.
package struct EndpointRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        [
            Route("GET", "/v1/endpoints", scope: .read) { _ in
                Answer.json(["endpoints": .array(try await services.store.endpoints().map(Self.json))])
            },
            Route("PUT", "/v1/endpoints/{name}", scope: .operate, bodyLimit: 4096) { try await set($0) },
        ]
    }

    static func json(_ load: EndpointLoad) -> JSON {
        let endpoint = load.endpoint
        return [
            "name": .string(endpoint.name), "url": .string(endpoint.url), "protocol": .string(endpoint.wireProtocol),
            "model": .string(endpoint.model), "capabilities": .array(endpoint.capabilities.map(JSON.string)),
            "max_concurrent": .int(Int64(endpoint.maxConcurrent)), "current_load": .int(Int64(load.currentLoad)),
            "drained": .bool(endpoint.isDrained), "owner": JSON(load.owner), "epoch": .int(load.epoch),
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
        let loads = try await services.store.endpoints().filter { $0.endpoint.name == name }
        return Answer.json(loads.first.map(Self.json) ?? .null)
    }
}
