import Engine
import HTTPServer
import JSONValue
import Pipeline
import Store
import Upkeep

/// Submitting, listing and showing posts; their history and results.
package struct PostRoutes: Sendable {
    let services: Services

    package init(services: Services) { self.services = services }

    package var routes: [Route] {
        [
            Route("POST", "/v1/posts", scope: .trigger, bodyLimit: 256 << 10) { try await submit($0) },
            Route("GET", "/v1/posts", scope: .read) { try await list($0) },
            Route("GET", "/v1/posts/{id}", scope: .read) { try await show($0) },
            Route("GET", "/v1/posts/{id}/history", scope: .read) { try await history($0) },
            Route("GET", "/v1/posts/{id}/results", scope: .read) { try await results($0) },
            Route("DELETE", "/v1/posts/{id}/texts", scope: .operate) { try await purgeTexts($0) },
        ]
    }

    private func submit(_ call: Call) async throws -> ServerResponse {
        let body = try call.object(allowing: [
            "id", "title", "body", "community", "author", "url", "created_at", "priority",
        ])
        return try await Idempotency(store: services.store).once(call, scope: "posts") {
            let post = try await newPost(body, call)
            let created = try await services.engine.create([post], actor: call.actor)
            let isNew = created.contains(post.submission.id)
            let row = try await services.store.posts([post.submission.id]).first
            var answer = row.map(Answer.post) ?? [:]
            answer["created"] = .bool(isNew)
            let location = ("Location", "/v1/posts/\(post.submission.id)")
            return Answer.json(.object(answer), status: isNew ? 201 : 200, headers: [location])
        }
    }

    private func newPost(_ body: JSONObject, _ call: Call) async throws -> NewPost {
        let draft = NewPostDraft(body)
        var id = try draft.id()
        if id == nil { id = try await services.store.nextLocalPostID() }
        guard let id else { throw Problem(500, .internal, "no id was given out") }
        // Its job ids would begin anew, and late callbacks about the old ones would count.
        if try await services.store.purged([id])[id] != nil { throw await services.missing(id) }
        if let refusal = services.desk.refusal(of: id) { throw Problem(422, .unprocessable, refusal) }
        return try draft.post(id: id, source: call.actor, now: services.engine.clock.now, desk: services.desk)
    }

    private func list(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery([
            "stage", "status", "community", "text", "waits_for", "chart", "held", "cursor", "limit",
        ])
        let limit = try call.number("limit", default: 50, in: 1...500)
        var filter = try Filters.filter { call.query($0) }
        filter.chart = call.query("chart")
        if let held = call.query("held") {
            guard let isHeld = Bool(held) else { throw Problem(400, .badRequest, "'held' is true or false") }
            filter.isHeld = isHeld
        }
        let posts = try await services.store.listPosts(filter, after: try call.cursor(), limit: limit + 1)
        let page = posts.prefix(limit)
        let next = posts.count > limit ? page.last?.row.id.description : nil
        return Answer.json(["posts": .array(page.map(Answer.summary)), "next_cursor": JSON(next)])
    }

    private func show(_ call: Call) async throws -> ServerResponse {
        let id = try call.post()
        guard let detail = try await services.store.post(id) else { throw await services.missing(id) }
        let answer = Answer.detail(
            detail, accepts: services.desk.acceptedEvents(detail.row.state), holds: try await services.store.holds())
        return Answer.json(answer, headers: [("ETag", "\"\(detail.row.revision)\"")])
    }

    private func history(_ call: Call) async throws -> ServerResponse {
        try call.allowQuery(["cursor", "limit"])
        let id = try call.post()
        let limit = try call.number("limit", default: 100, in: 1...1000)
        let after = try call.number("cursor", default: 0, in: 0...Int(Int32.max))
        // Rows of a purged post may outlive it until their partition is dropped.
        if try await services.store.existing([id]).isEmpty { throw await services.missing(id) }
        let rows = try await services.store.history(id, after: Int64(after), limit: limit + 1)
        let next = rows.count > limit ? rows[limit - 1].revision.description : nil
        return Answer.json([
            "transitions": .array(rows.prefix(limit).map(\.json)), "next_cursor": JSON(next),
        ])
    }

    private func results(_ call: Call) async throws -> ServerResponse {
        let id = try call.post()
        let rows = try await services.store.results(id)
        if rows.isEmpty, try await services.store.existing([id]).isEmpty { throw await services.missing(id) }
        return Answer.json(["results": .array(rows.map(\.json))])
    }
}

extension PostRoutes {
    /// Whoever hears that a submission was deleted says so here.
    private func purgeTexts(_ call: Call) async throws -> ServerResponse {
        let id = try call.post()
        if try await services.store.existing([id]).isEmpty { throw await services.missing(id) }
        let purged = try await services.store.purgeTexts(of: [id])
        try await services.store.record(
            AuditRow(actor: call.actor, action: "purge_texts", subject: id.description, detail: [:]))
        return Answer.json(["id": .string(id.description), "had_texts": .bool(purged > 0)])
    }
}

extension Call {
    /// The post that the path names, by number or by Reddit fullname.
    func post() throws(Problem) -> PostID {
        let text = parameters["id"] ?? ""
        guard let id = PostID(text) else {
            throw Problem(404, .unknownPost, "'\(text.prefix(40))' is no post id: use the number or t3_…")
        }
        return id
    }

    /// The post after which a page of a list begins.
    func cursor() throws(Problem) -> PostID? {
        guard let text = query("cursor") else { return nil }
        guard let id = PostID(text) else { throw Problem(400, .badRequest, "'cursor' is none that a list gave out") }
        return id
    }
}

extension Services {
    /// Why a post is not there: it was purged, or it never was.
    func missing(_ id: PostID) async -> Problem {
        guard let at = try? await store.purged([id])[id] else { return .unknownPost(id) }
        return Problem(
            410, .gonePost, "post \(id) had ended and was purged; look for it in the archive",
            members: ["purged_at": .string(at.description)])
    }
}

extension Problem {
    static func unknownPost(_ id: PostID) -> Problem { Problem(404, .unknownPost, "there is no post \(id)") }
}

/// The filter of lists and of operations on many.
enum Filters {
    static func filter(_ value: (String) -> String?) throws(Problem) -> PostFilter {
        var filter = PostFilter()
        filter.stage = value("stage")
        filter.status = value("status")
        filter.community = value("community")
        filter.text = value("text")
        if let stage = filter.stage, Stage(rawValue: stage) == nil {
            throw unknown("stage", stage, Stage.allCases.map(\.rawValue))
        }
        if let status = filter.status, QueueStatus(rawValue: status) == nil {
            throw unknown("status", status, QueueStatus.allCases.map(\.rawValue))
        }
        if let text = value("waits_for") {
            guard let waitsFor = PostState.WaitsFor(rawValue: text) else {
                throw unknown("waits_for", text, PostState.WaitsFor.allCases.map(\.rawValue))
            }
            filter.waitsFor = waitsFor
        }
        return filter
    }

    private static func unknown(_ name: String, _ value: String, _ known: [String]) -> Problem {
        Problem(400, .badRequest, "'\(name)' is one of \(known.joined(separator: ", ")), not '\(value.prefix(40))'")
    }
}
