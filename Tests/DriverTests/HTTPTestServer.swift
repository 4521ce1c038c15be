import HTTPServer
import Testing
import Threads

/// Serves for the length of a test; afterwards nothing may be left of any request.
func withServer(
    _ options: ServerOptions = ServerOptions(),
    refuse: @escaping HTTPServer.Refuse = { $0.plainResponse },
    handler: @escaping HTTPServer.Handler = { ServerResponse(status: 200, text: "\($0.method) \($0.path)\n") },
    _ test: (HTTPServer) async throws -> Void
) async throws {
    let server = try HTTPServer(options: options, refuse: refuse, handler: handler)
    do {
        try await test(server)
    } catch {
        await server.close()
        throw error
    }
    await server.close()
    #expect(server.load.requests == 0)
    #expect(server.load.connections == 0)
}

/// A request with a Host and whatever else is given, each line with its end.
func get(_ path: String, _ more: String = "") -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\(more)\r\n" }

/// How often a part occurs.
func occurrences(of part: String, in text: String) -> Int { text.ranges(of: part).count }

/// Holds any number of tasks until it is opened; cancelling a task does not free it.
final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var waiting: [Reply<Void>] = []
    }

    private let state = Locked(State())

    func open() {
        let waiting = state.withLock { state in
            defer { state = State(isOpen: true) }
            return state.waiting
        }
        for reply in waiting { reply.resolve(.success(())) }
    }

    func wait() async {
        let reply = Reply<Void>()
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiting.append(reply) }
            return state.isOpen
        }
        if !isOpen { await Task { try? await reply.value }.value }
    }
}
