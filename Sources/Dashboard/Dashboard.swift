import Engine
import HTTPServer
import JSONValue
import Pipeline
import Store

/// Two pages, rendered on the server: the queues with the posts, and one post. Both keep themselves fresh.
package struct Dashboard: Sendable {
    private let store: any Store
    private let engine: Engine
    private let desk: PostDesk
    private let mode: String
    private let pages: Pages

    package init(engine: Engine, desk: PostDesk, mode: String) throws {
        store = engine.store
        self.engine = engine
        self.desk = desk
        self.mode = mode
        pages = try Pages()
    }

    /// A static file of the pages; nil when there is none of that name.
    package func asset(_ name: String) -> ServerResponse? { Pages.file(name) }

    /// The queues and a list of posts, filtered by the query.
    package func overview(_ query: PageQuery) async throws -> ServerResponse {
        if let text = query.filter.text, let id = PostID(text), try await !store.posts([id]).isEmpty {
            return ServerResponse(status: 303, headers: [("Location", "/posts/\(id)")])
        }
        async let counts = store.queueCounts()
        async let endpoints = engine.endpointReports()
        async let stuck = store.stuckPosts(limit: 10)
        async let holds = store.holds()
        async let operations = store.operations(after: nil, limit: 5)
        let posts = try await store.listPosts(query.filter, after: query.cursor, limit: PageQuery.pageSize + 1)
        var values = OverviewView.values(
            counts: try await counts, endpoints: try await endpoints, stuck: try await stuck, posts: posts,
            query: query)
        OperationsView.add(holds: try await holds, operations: try await operations, to: &values)
        let content = pages.render("posts", values)
        return page("Queues", content, query)
    }

    /// One post with its state, history and what it waits for; nil when there is none.
    package func post(_ id: PostID, _ query: PageQuery) async throws -> ServerResponse? {
        guard let detail = try await store.post(id) else { return nil }
        async let history = store.history(id, after: 0, limit: PostView.historyLimit + 1)
        async let results = store.results(id)
        async let holds = store.holds()
        let content = pages.render(
            "post",
            PostView.values(
                detail, history: try await history, results: try await results,
                actions: desk.acceptedEvents(detail.row.state), holds: try await holds))
        return page(PostView.title(detail), content, query)
    }

    private func page(_ title: String, _ content: String, _ query: PageQuery) -> ServerResponse {
        if query.isFragment { return Pages.response(content) }
        return Pages.response(
            pages.render(
                "page",
                [
                    "title": title, "mode": mode, "content": content, "text": query.filter.text ?? "",
                    "stages": options("any stage", Stage.allCases.map(\.rawValue), query.filter.stage),
                    "statuses": options("any status", QueueStatus.allCases.map(\.rawValue), query.filter.status),
                ]))
    }

    private func options(_ any: String, _ values: [String], _ selected: String?) -> [[String: Any]] {
        [["value": "", "label": any, "selected": selected == nil]]
            + values.map { ["value": $0, "label": $0, "selected": $0 == selected] }
    }
}
