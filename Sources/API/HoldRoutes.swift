import Engine
import HTTPServer
import JSONValue
import Pipeline
import Store

/// Holding and releasing: everything, a stage, a community, an endpoint, one post; another priority for a post.
package struct HoldRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        [
            Route("GET", "/v1/holds", scope: .read) { try await list($0) },
            Route("PUT", "/v1/holds/{scope}", scope: .operate, bodyLimit: 4096) { try await hold($0) },
            Route("PUT", "/v1/holds/{scope}/{name}", scope: .operate, bodyLimit: 4096) { try await hold($0) },
            Route("DELETE", "/v1/holds/{scope}", scope: .operate, bodyLimit: 4096) { try await release($0) },
            Route("DELETE", "/v1/holds/{scope}/{name}", scope: .operate, bodyLimit: 4096) { try await release($0) },
            Route("POST", "/v1/posts/{id}/hold", scope: .operate, bodyLimit: 4096) { call in
                try await operate(call, "hold", keys: ["reason"]) { _, reason in .hold(reason: reason) }
            },
            Route("POST", "/v1/posts/{id}/release", scope: .operate, bodyLimit: 4096) { call in
                try await operate(call, "release", keys: ["reason"]) { _, reason in .release(reason: reason) }
            },
            Route("POST", "/v1/posts/{id}/priority", scope: .operate, bodyLimit: 4096) { call in
                try await operate(call, "prioritise", keys: ["reason", "set", "add"]) { body, _ in
                    .prioritise(try BulkRequest.priority(body))
                }
            },
        ]
    }

    // MARK: - On more than one post

    private func list(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery([])
        var held = PostFilter()
        held.isHeld = true
        async let posts = services.store.countPosts(held)
        let holds = try await services.store.holds()
        return Answer.json(["holds": .array(holds.map(Answer.hold)), "posts_held": .int(Int64(try await posts))])
    }

    private func hold(_ call: Call) async throws -> ServerResponse {
        let (scope, name) = try place(call)
        let reason = try call.reason(in: try call.object(allowing: ["reason"]))
        try await check(scope, name)
        let row = try await services.engine.hold(
            HoldRow(scope: scope, name: name, reason: reason, actor: call.actor))
        return Answer.json(Answer.hold(row))
    }

    private func release(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery(["reason"])
        let (scope, name) = try place(call)
        let reason = String((call.query("reason") ?? "").prefix(Call.reasonLimit))
        guard try await services.engine.release(scope, name: name, actor: call.actor, reason: reason) else {
            let subject = HoldRow(scope: scope, name: name, reason: "", actor: "").subject
            throw Problem(404, .unknownHold, "there is no hold on \(subject.prefix(120))")
        }
        return ServerResponse(status: 204)
    }

    private func place(_ call: Call) throws(Problem) -> (HoldRow.Scope, String) {
        let text = call.parameters["scope"] ?? ""
        guard let scope = HoldRow.Scope(rawValue: text) else {
            let known = HoldRow.Scope.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(404, .unknownHold, "a hold is on one of \(known), not on '\(text.prefix(40))'")
        }
        let name = call.parameters["name"] ?? ""
        guard name.isEmpty == (scope == .everything), name.utf8.count <= 200 else {
            let shape = scope == .everything ? "/v1/holds/everything" : "/v1/holds/\(scope.rawValue)/<name>"
            throw Problem(404, .unknownHold, "the path is \(shape)")
        }
        return (scope, name)
    }

    /// A hold on what is not there would hold nothing, and nobody would notice.
    private func check(_ scope: HoldRow.Scope, _ name: String) async throws {
        switch scope {
        case .everything, .community: break
        case .stage:
            guard Stage(rawValue: name) == nil else { return }
            let known = Stage.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(422, .unprocessable, "a stage is one of \(known), not '\(name.prefix(40))'")
        case .endpoint:
            guard try await !services.store.endpoints().contains(where: { $0.endpoint.name == name }) else { return }
            throw Problem(404, .unknownEndpoint, "there is no endpoint '\(name.prefix(80))'")
        }
    }

    // MARK: - On one post

    private func operate(
        _ call: Call, _ action: String, keys: Set<String>,
        _ operation: @escaping @Sendable (JSONObject, String) throws -> PostOperation
    ) async throws -> ServerResponse {
        let id = try call.post()
        let body = try call.object(allowing: keys)
        let reason = try call.reason(in: body)
        let operation = try operation(body, reason)
        return try await Idempotency(store: services.store).once(call, scope: action) {
            let outcome = try await services.engine.operate(operation, post: id, actor: call.actor)
            let response = try EventAnswer.response(outcome, event: action, post: id, desk: services.desk)
            try await services.store.record(
                AuditRow(actor: call.actor, action: action, subject: "post:\(id)", detail: body))
            return response
        }
    }
}

extension Call {
    static let reasonLimit = 500

    /// Why somebody does it: everything that changes more than a post's own course says so.
    func reason(in body: JSONObject) throws(Problem) -> String {
        guard let reason = body["reason"]?.string, !reason.isEmpty, reason.count <= Self.reasonLimit else {
            throw Problem(
                422, .unprocessable,
                "'reason' is required: why, in 1 to \(Self.reasonLimit) characters; it is kept with the change")
        }
        return reason
    }
}
