import HTTPServer
import JSONValue
import Pipeline
import Store

/// The queues: status, dead letters, retry of one or many.
package struct QueueRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        ["/queue", "/v1/queue"].flatMap { base in
            [
                Route("GET", "\(base)/status", scope: .read) { try await status($0) },
                Route("GET", "\(base)/dead", scope: .read) { try await dead($0) },
                Route("POST", "\(base)/retry", scope: .operate, bodyLimit: 64 << 10) { try await retry($0) },
            ]
        }
    }

    private func status(_ call: Call) async throws -> ServerResponse {
        async let counts = services.store.queueCounts()
        async let endpoints = services.engine.endpointReports()
        async let stuck = services.store.stuckPosts(limit: 20)
        let answer: JSONObject = [
            "queues": .array(try await counts.map(Self.json)),
            "endpoints": .array(try await endpoints.map(EndpointAnswer.json)),
            "stuck": .array(try await stuck.map(Self.json)), "events_waiting": .int(Int64(services.engine.depth)),
            "as_of": .string(services.engine.clock.now.description),
        ]
        return Answer.json(.object(services.about.merging(answer)))
    }

    private static func json(_ count: QueueCount) -> JSON {
        [
            "stage": .string(count.stage), "status": .string(count.status), "count": .int(Int64(count.count)),
            "oldest": JSON(count.oldest?.description),
        ]
    }

    private static func json(_ stuck: StuckPost) -> JSON {
        [
            "post": .string(stuck.post.description), "reason": .string(stuck.reason),
            "since": .string(stuck.since.description),
        ]
    }

    /// Posts whose stage has failed, with the reason and the way back.
    private func dead(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery(["stage", "community", "text", "cursor", "limit"])
        let limit = try call.number("limit", default: 50, in: 1...500)
        var filter = try Filters.filter { call.query($0) }
        filter.status = QueueStatus.failed.rawValue
        let posts = try await services.store.listPosts(filter, after: try call.cursor(), limit: limit + 1)
        let page = posts.prefix(limit)
        return Answer.json([
            "dead": .array(page.map(Answer.summary)),
            "next_cursor": JSON(posts.count > limit ? page.last?.row.id.description : nil),
        ])
    }

    /// `{"id": …}` for one post, or a filter for many; `dry_run` counts only.
    private func retry(_ call: Call) async throws -> ServerResponse {
        let keys: Set<String> = ["id", "stage", "community", "text", "dry_run", "reason", "limit"]
        let body = try call.object(allowing: keys)
        return try await Idempotency(store: services.store).once(call, scope: "retry") { try await retry(body, call) }
    }

    private func retry(_ body: JSONObject, _ call: Call) async throws -> ServerResponse {
        if let id = body["id"] {
            guard let post = (id.string ?? id.int.map(String.init)).flatMap(PostID.init(_:)) else {
                throw Problem(422, .unprocessable, "'id' must be a post's number or fullname")
            }
            return try await retry(post, call)
        }
        for key in ["stage", "community", "text", "reason"] where body[key].map({ $0.string == nil }) ?? false {
            throw Problem(422, .unprocessable, "'\(key)' must be a string")
        }
        var filter = try Filters.filter { body[$0]?.string }
        filter.status = QueueStatus.failed.rawValue
        guard let limit = (body["limit"] ?? 10_000).int, (1...100_000).contains(limit) else {
            throw Problem(422, .unprocessable, "'limit' must be a whole number from 1 to 100000")
        }
        guard let isDryRun = (body["dry_run"] ?? false).bool else {
            throw Problem(422, .unprocessable, "'dry_run' must be true or false")
        }
        return try await retryMany(filter, limit: Int(limit), isDryRun: isDryRun, body, call)
    }

    private func retry(_ post: PostID, _ call: Call) async throws -> ServerResponse {
        let outcome = try await services.engine.trigger("retry", data: [:], post: post, actor: call.actor)
        let response = try EventAnswer.response(outcome, event: "retry", post: post, desk: services.desk)
        try await services.store.record(
            AuditRow(actor: call.actor, action: "retry", subject: post.description, detail: [:]))
        return response
    }

    private func retryMany(
        _ filter: PostFilter, limit: Int, isDryRun: Bool, _ body: JSONObject, _ call: Call
    ) async throws -> ServerResponse {
        let count = try await services.store.emit(
            toAll: filter, event: "retry", data: [:], actor: call.actor, limit: limit, dryRun: isDryRun)
        if !isDryRun {
            try await services.store.record(
                AuditRow(
                    actor: call.actor, action: "retry", subject: "many",
                    detail: body.merging(["count": .int(Int64(count))])))
            await services.store.notify([.inbox])
        }
        return Answer.json(["matched": .int(Int64(count)), "dry_run": .bool(isDryRun)], status: isDryRun ? 200 : 202)
    }
}
