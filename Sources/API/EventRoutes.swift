import Engine
import HTTPServer
import JSONValue
import Pipeline
import Store

/// Triggering transitions from outside.
package struct EventRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        [
            Route("POST", "/v1/posts/{id}/events", scope: .trigger, bodyLimit: 64 << 10) { try await trigger($0) },
            Route("POST", "/v1/events", scope: .trigger, bodyLimit: 64 << 10) { try await take($0) },
        ]
    }

    /// A CloudEvent: `type` is the chart's event, `subject` the post, `data` the payload; `source` and `id` name it, so that
    /// it counts once however often it is sent.
    private func take(_ call: Call) async throws -> ServerResponse {
        let isSigned = call.request.headers["webhook-signature"] != nil
        let event = try CloudEvent(call.request.headers, call.request.body, signed: isSigned)
        guard let id = event.subject.flatMap(PostID.init(_:)) else {
            throw Problem(422, .unprocessable, "'subject' must be the post: its number or t3_…")
        }
        guard event.bytes == nil, let data = (event.data ?? [:]).object else {
            throw Problem(422, .unprocessable, "'data' must be a JSON object")
        }
        return try await Idempotency(store: services.store).once(event.id, call, scope: "events \(event.source)") {
            try await trigger(event.type, data, id, call)
        }
    }

    private func trigger(_ call: Call) async throws -> ServerResponse {
        let id = try call.post()
        let body = try call.object(allowing: ["type", "data"])
        guard let type = body["type"]?.string else {
            throw Problem(422, .unprocessable, "'type' is required: the name of an event that the chart declares")
        }
        guard let data = (body["data"] ?? [:]).object else {
            throw Problem(422, .unprocessable, "'data' must be an object")
        }
        return try await Idempotency(store: services.store).once(call, scope: "events") {
            try await trigger(type, data, id, call)
        }
    }

    private func trigger(_ type: String, _ data: JSONObject, _ id: PostID, _ call: Call) async throws -> ServerResponse
    {
        guard let row = try await services.store.posts([id]).first else { throw await services.missing(id) }
        let match = call.request.headers["If-Match"] ?? "*"
        // Saves the work where it is lost already; what decides is the engine's look, under the post's revision.
        guard match == "*" || match == "\"\(row.revision)\"" else { throw Problem.otherRevision(row) }
        if let reason = services.desk.refusal(of: type, data: data, for: row.state) {
            throw Problem(422, .unprocessable, reason)
        }
        let actor = data["by"]?.string.map { "person:\($0.prefix(100))" } ?? call.actor
        let outcome = try await services.engine.trigger(
            type, data: data, post: id, actor: actor, expectedRevision: match == "*" ? nil : row.revision)
        return try EventAnswer.response(outcome, event: type, post: id, desk: services.desk)
    }
}

/// What a triggered event answers.
enum EventAnswer {
    static func response(
        _ outcome: WorkOutcome, event: String, post: PostID, desk: PostDesk
    ) throws(Problem) -> ServerResponse {
        switch outcome {
        case .taken(let standing):
            let row = standing.row
            return Answer.json(.object(Answer.post(row)), headers: [("ETag", "\"\(row.revision)\"")])
        case .ignored(let standing), .stale(let standing), .duplicate(let standing), .conflict(let standing),
            .unknownJob(let standing):
            let row = standing.row
            let accepted = desk.acceptedEvents(row.state)
            throw Problem(
                409, .notAccepted,
                "the post is in '\(row.state.configuration.joined(separator: ", "))', which does not take '\(event)'",
                members: [
                    "configuration": .array(row.state.configuration.map(JSON.string)),
                    "accepts": .array(accepted.map(JSON.string)),
                ])
        case .otherRevision(let standing): throw Problem.otherRevision(standing.row)
        case .unknownPost: throw Problem.unknownPost(post)
        case .exists: throw Problem(409, .notAccepted, "the post exists")
        case .broken(let error):
            throw Problem(409, .notAccepted, "the chart cannot take '\(event)': \(error)")
        case .foreignChart(let digest):
            throw Problem.tryAgain(.unavailable, "this node does not have the chart \(digest.prefix(12))", seconds: 5)
        }
    }
}

extension Problem {
    static func otherRevision(_ row: PostRow) -> Problem {
        Problem(412, .revisionConflict, "the post is at revision \(row.revision)")
    }
}
