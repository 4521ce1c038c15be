import HTTPServer
import JSONValue
import Store
import Webhooks

/// Subscriptions of outside systems to what happens to posts.
package struct SubscriptionRoutes: Sendable {
    let desk: SubscriptionDesk

    package init(desk: SubscriptionDesk) { self.desk = desk }

    package var routes: [Route] {
        let path = "/v1/webhooks/{id}"
        return [
            Route("GET", "/v1/webhooks", scope: .read) { try await list($0) },
            Route("POST", "/v1/webhooks", scope: .operate, bodyLimit: 16 << 10) { try await subscribe($0) },
            Route("GET", path, scope: .read) { call in
                Answer.json(Answer.webhook(try await find(call), now: try await desk.store.now()))
            },
            Route("PATCH", path, scope: .operate, bodyLimit: 16 << 10) { try await change($0) },
            Route("DELETE", path, scope: .operate, bodyLimit: 4096) { try await remove($0) },
            Route("POST", path + "/test", scope: .operate, bodyLimit: 4096) { try await test($0) },
            Route("POST", path + "/rotate", scope: .operate, bodyLimit: 4096) { try await rotate($0) },
            Route("GET", path + "/deliveries", scope: .read) { try await deliveries($0) },
            Route("POST", path + "/replay", scope: .operate, bodyLimit: 4096) { try await replay($0) },
        ]
    }

    // MARK: - Subscriptions

    private func list(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery([])
        let rows = try await desk.store.subscriptions()
        let now = try await desk.store.now()
        return Answer.json(["webhooks": .array(rows.map { Answer.webhook($0, now: now) })])
    }

    private func subscribe(_ call: Call) async throws -> ServerResponse {
        let terms = try SubscriptionRequest.terms(call.object(allowing: SubscriptionRequest.keys), desk.address)
        return try await showingSecret(call, "webhooks") {
            guard try await desk.store.subscriptions().count < SubscriptionDesk.limit else {
                throw Problem(422, .unprocessable, "there are \(SubscriptionDesk.limit) webhooks already: remove one")
            }
            let row = try await desk.subscribe(terms, actor: call.actor)
            return Answer.json(
                Answer.webhook(row, now: row.createdAt), status: 201, headers: [("Location", "/v1/webhooks/\(row.id)")])
        }
    }

    private func change(_ call: Call) async throws -> ServerResponse {
        let body = try call.object(allowing: SubscriptionRequest.changeKeys)
        let row = try await find(call)
        var changes: [SubscriptionChange] = []
        let terms = try SubscriptionRequest.terms(body, over: row.terms, desk.address)
        if terms != row.terms { changes.append(.terms(terms)) }
        switch body["state"]?.string {
        case "active": if row.state == .disabled { changes.append(.enable) }
        case "disabled": changes.append(.disable(reason: try call.reason(in: body)))
        case nil where body["state"] == nil: break
        default: throw SubscriptionRequest.invalid("state", "must be active or disabled")
        }
        var changed = row
        for change in changes {
            guard let next = try await desk.change(row.id, change, actor: call.actor) else { throw missing(row.id) }
            changed = next
        }
        return Answer.json(Answer.webhook(changed, now: try await desk.store.now()))
    }

    private func remove(_ call: Call) async throws -> ServerResponse {
        let id = call.parameters["id"] ?? ""
        guard try await desk.store.unsubscribe(id, actor: call.actor) else { throw missing(id) }
        return ServerResponse(status: 204)
    }

    private func rotate(_ call: Call) async throws -> ServerResponse {
        _ = try call.emptyObject()
        let row = try await find(call)
        return try await showingSecret(call, "rotate") {
            guard let changed = try await desk.rotate(row.id, actor: call.actor) else { throw missing(row.id) }
            return Answer.json(Answer.webhook(changed, now: try await desk.store.now()))
        }
    }

    /// Answers with the secret, which nothing is told of that is kept: not the log, not the database, not the memory of
    /// idempotency keys. A repetition with the same key sees it again for as long as it is the present one.
    private func showingSecret(
        _ call: Call, _ scope: String, _ act: @Sendable () async throws -> ServerResponse
    ) async throws -> ServerResponse {
        var response = try await Idempotency(store: desk.store).once(call, scope: scope, act)
        guard var object = (try? JSON.parse(response.body))?.object, let id = object["id"]?.string,
            let row = try await desk.store.subscription(id),
            object["generation"]?.int == Int64(row.secret.generation), let secret = desk.secret(of: row)
        else { return response }
        object["secret"] = .string(secret)
        response.body = JSON.object(object).bytes()
        return response
    }

    // MARK: - Deliveries

    private func test(_ call: Call) async throws -> ServerResponse {
        _ = try call.emptyObject()
        let trial = try await desk.test(try await find(call))
        return Answer.json([
            "id": .string(trial.id), "delivered": .bool(trial.isDelivered),
            "status": trial.status.map { .int(Int64($0)) } ?? .null, "detail": .string(trial.detail),
            "milliseconds": .int(trial.duration.microseconds / 1000),
        ])
    }

    private func deliveries(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery(["state", "cursor", "limit"])
        let limit = try call.number("limit", default: 50, in: 1...500)
        let state = try call.query("state").map { text throws(Problem) in
            guard let state = WebhookDelivery.State(rawValue: text) else {
                let known = WebhookDelivery.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(400, .badRequest, "'state' must be one of \(known), not '\(text.prefix(40))'")
            }
            return state
        }
        let cursor = try call.query("cursor").map { text throws(Problem) in
            guard let mark = HistoryMark(cursor: text) else {
                throw Problem(400, .badRequest, "'cursor' must be the 'next_cursor' of an answer")
            }
            return mark
        }
        let row = try await find(call)
        let rows = try await desk.store.webhookDeliveries(of: row.id, state: state, before: cursor, limit: limit + 1)
        let page = rows.prefix(limit)
        return Answer.json([
            "deliveries": .array(page.map(Answer.delivery)),
            "next_cursor": JSON(rows.count > limit ? page.last?.mark.cursor : nil),
        ])
    }

    private func replay(_ call: Call) async throws -> ServerResponse {
        let now = try await desk.store.now()
        let request = try SubscriptionRequest.replay(call.object(allowing: ["from", "until", "delivery"]), now: now)
        let row = try await find(call)
        return try await Idempotency(store: desk.store).once(call, scope: "replay") {
            switch request {
            case .delivery(let id):
                guard let news = try await desk.redeliver(id, of: row, actor: call.actor) else {
                    throw Problem(404, .unknownDelivery, "the history has nothing that '\(id.prefix(80))' told of")
                }
                return Answer.json(["delivery": .string(id), "type": .string(news.type)], status: 202)
            case .range(let from, let until):
                guard row.replay == nil else {
                    throw Problem(409, .replayRunning, "a replay is under way; come again when it is done")
                }
                let changed = try await desk.change(row.id, .replay(from: from, until: until), actor: call.actor)
                guard let changed else { throw missing(row.id) }
                return Answer.json(Answer.webhook(changed, now: now), status: 202)
            }
        }
    }

    // MARK: -

    private func find(_ call: Call) async throws -> SubscriptionRow {
        let id = call.parameters["id"] ?? ""
        guard !id.utf8.contains(0), let row = try await desk.store.subscription(id) else { throw missing(id) }
        return row
    }

    private func missing(_ id: String) -> Problem {
        Problem(404, .unknownWebhook, "there is no webhook '\(id.prefix(40))'")
    }
}

extension Call {
    /// A body that says nothing, or is not there.
    fileprivate func emptyObject() throws(Problem) -> JSONObject {
        request.body.isEmpty ? [:] : try object(allowing: [])
    }
}
