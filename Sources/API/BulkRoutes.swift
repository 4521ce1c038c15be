import Engine
import HTTPServer
import JSONValue
import Pipeline
import Store

/// Operations on many posts: asked for, looked at, stopped.
package struct BulkRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        [
            Route("POST", "/v1/bulk", scope: .operate, bodyLimit: 1 << 20) { try await ask($0) },
            Route("GET", "/v1/bulk", scope: .read) { try await list($0) },
            Route("GET", "/v1/bulk/{id}", scope: .read) { call in
                Answer.json(Answer.operation(try await find(call)))
            },
            Route("POST", "/v1/bulk/{id}/abort", scope: .operate, bodyLimit: 4096) { try await abort($0) },
        ]
    }

    private static let sampleSize = 10

    private func ask(_ call: Call) async throws -> ServerResponse {
        let request = try BulkRequest(try call.object(allowing: BulkRequest.keys), call, services.desk)
        return try await Idempotency(store: services.store).once(call, scope: "bulk") {
            var filter = request.filter
            var forecast: MigrationForecast?
            if request.kind == .migrate {
                let found = try await services.engine.forecast(request.parameters, filter)
                filter.chart = found.from
                forecast = found
            }
            let total = try await services.store.countPosts(filter)
            if request.isDryRun { return try await preview(filter, total, forecast) }
            let row = try await services.store.create(
                OperationRow(
                    kind: request.kind, filter: filter, parameters: request.parameters, reason: request.reason,
                    actor: call.actor, total: total))
            services.engine.operations.wake()
            await services.store.notify([.operations])
            return Answer.json(
                Answer.operation(row), status: 202, headers: [("Location", "/v1/bulk/\(row.id)")])
        }
    }

    /// What would be worked on; nothing is changed.
    private func preview(
        _ filter: PostFilter, _ total: Int, _ forecast: MigrationForecast?
    ) async throws -> ServerResponse {
        let sample = try await services.store.listPosts(filter, after: nil, limit: Self.sampleSize)
        var answer: JSONObject = [
            "dry_run": true, "matched": .int(Int64(total)), "filter": .object(filter.json),
            "sample": .array(sample.map(Answer.summary)),
        ]
        answer["migration"] = forecast?.json
        return Answer.json(.object(answer))
    }

    private func list(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery(["cursor", "limit"])
        let limit = try call.number("limit", default: 50, in: 1...500)
        let cursor = try call.number("cursor", default: 0, in: 0...Int.max)
        let rows = try await services.store.operations(after: cursor == 0 ? nil : Int64(cursor), limit: limit + 1)
        let page = rows.prefix(limit)
        return Answer.json([
            "operations": .array(page.map(Answer.operation)),
            "next_cursor": JSON(rows.count > limit ? page.last?.id.description : nil),
        ])
    }

    private func abort(_ call: Call) async throws -> ServerResponse {
        let reason = try call.reason(in: try call.object(allowing: ["reason"]))
        let before = try await find(call)
        return try await Idempotency(store: services.store).once(call, scope: "abort") {
            guard before.state.isOpen else {
                throw Problem(409, .operationEnded, "operation \(before.id) has ended: it is \(before.state.rawValue)")
            }
            let row = try await services.store.abortOperation(before.id, actor: call.actor, reason: reason)
            return Answer.json(Answer.operation(row ?? before), status: 202)
        }
    }

    private func find(_ call: Call) async throws -> OperationRow {
        let text = call.parameters["id"] ?? ""
        guard let id = Int64(text), id > 0, let row = try await services.store.operation(id) else {
            throw Problem(404, .unknownOperation, "there is no operation '\(text.prefix(40))'")
        }
        return row
    }
}
