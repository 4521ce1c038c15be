import HTTPServer
import JSONValue
import Store

/// Endpoints with their load, their limits and why they take nothing; draining.
package struct EndpointRoutes: Sendable {
    let services: Services
    let trials: EndpointTrials

    package init(services: Services, trials: EndpointTrials) {
        self.services = services
        self.trials = trials
    }

    package var routes: [Route] {
        [
            Route("GET", "/v1/endpoints", scope: .read) { _ in
                Answer.json(["endpoints": .array(try await services.engine.endpointReports().map(EndpointAnswer.json))])
            },
            Route("POST", "/v1/endpoints/{name}/check", scope: .operate, bodyLimit: 4096) { call in
                let step = await trials.check(try await endpoint(call))
                return Answer.json(step.json)
            },
            Route("POST", "/v1/endpoints/{name}/test", scope: .operate, bodyLimit: 4096) { try await test($0) },
            Route("PUT", "/v1/endpoints/{name}", scope: .operate, bodyLimit: 4096) { try await set($0) },
        ]
    }

    private func endpoint(_ call: Call) async throws -> EndpointRow {
        let name = call.parameters["name"] ?? ""
        guard let row = try await services.store.endpointRows().first(where: { $0.name == name }) else {
            throw Problem(404, .unknownEndpoint, "there is no endpoint '\(name.prefix(80))'")
        }
        return row
    }

    /// One real job, step by step. Costs what a job costs.
    private func test(_ call: Call) async throws -> ServerResponse {
        let seconds = try call.number("seconds", default: 50, in: 1...600)
        let row = try await endpoint(call)
        try await services.store.record(
            AuditRow(actor: call.actor, action: "test", subject: "endpoint:\(row.name)", detail: [:]))
        let steps = await trials.test(row, .seconds(seconds))
        return Answer.json([
            "endpoint": .string(row.name), "ok": .bool(steps.allSatisfy(\.isGood)), "steps": .array(steps.map(\.json)),
        ])
    }

    private func set(_ call: Call) async throws -> ServerResponse {
        let name = call.parameters["name"] ?? ""
        let body = try call.object(allowing: ["drained", "max_concurrent", "preference"])
        let isDrained = try value(body, "drained", "true or false") { $0.bool }
        let maxConcurrent = try value(body, "max_concurrent", "a whole number from 1 to 5000000") {
            $0.int.flatMap { (1...5_000_000).contains($0) ? Int($0) : nil }
        }
        let preference = try value(body, "preference", "a whole number from -1000 to 1000") {
            $0.int.flatMap { (-1000...1000).contains($0) ? Int($0) : nil }
        }
        guard !body.isEmpty else {
            throw Problem(422, .unprocessable, "say what to set: drained, max_concurrent, preference")
        }
        _ = try await endpoint(call)
        if let isDrained { _ = try await services.store.setDrained(isDrained, endpoint: name) }
        if maxConcurrent != nil || preference != nil {
            _ = try await services.store.set(maxConcurrent: maxConcurrent, preference: preference, endpoint: name)
        }
        let action = body.count == 1 ? isDrained.map { $0 ? "drain" : "undrain" } : nil
        try await services.store.record(
            AuditRow(actor: call.actor, action: action ?? "set", subject: "endpoint:\(name)", detail: body))
        await services.store.notify([.endpoints])
        let report = try await services.engine.endpointReports().first { $0.load.endpoint.name == name }
        return Answer.json(report.map(EndpointAnswer.json) ?? .null)
    }

    /// Nil when it is not given.
    private func value<Value>(
        _ body: JSONObject, _ name: String, _ expected: String, _ read: (JSON) -> Value?
    ) throws(Problem) -> Value? {
        guard let json = body[name] else { return nil }
        guard let value = read(json) else { throw Problem(422, .unprocessable, "'\(name)' must be \(expected)") }
        return value
    }
}
