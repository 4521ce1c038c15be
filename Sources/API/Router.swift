import Engine
import HTTPServer
import JSONValue
import Logging
import Store

/// Finds the route of a request, checks who may call it, and turns every error into a problem document.
package struct Router: Sendable {
    private let routes: [Route]
    private let gatekeeper: Gatekeeper
    private let logger: Logger
    private let counters: RequestCounters

    package init(routes: [Route], gatekeeper: Gatekeeper, counters: RequestCounters, logger: Logger) {
        self.routes = routes
        self.gatekeeper = gatekeeper
        self.counters = counters
        self.logger = logger
    }

    /// How long a body may be, by its route; unknown routes get little.
    package func bodyLimit(_ method: String, _ path: String) -> Int {
        let segments = path.split(separator: "/")
        return routes.first { $0.method == method && $0.match(segments) != nil }?.bodyLimit ?? 4096
    }

    package func answer(_ request: ServerRequest) async -> ServerResponse {
        var response: ServerResponse
        do {
            response = try await route(request)
        } catch {
            response = problem(error, request).response
        }
        if !response.headers.contains(where: { $0.0 == "Cache-Control" }) {
            response.headers.append(("Cache-Control", "no-store"))
        }
        response.headers.append(("X-Content-Type-Options", "nosniff"))
        counters.count(response.status)
        return response
    }

    private func route(_ request: ServerRequest) async throws -> ServerResponse {
        let path = request.path.split(separator: "/")
        let method = request.method == "HEAD" ? "GET" : request.method
        let matching = routes.compactMap { route in route.match(path).map { (route, $0) } }
        guard !matching.isEmpty else {
            throw Problem(
                404, .unknownRoute, "there is no route \(request.path.prefix(200)); see the API's documentation")
        }
        guard let (route, parameters) = matching.first(where: { $0.0.method == method }) else {
            var problem = Problem(405, .methodNotAllowed, "\(request.method) is not answered here")
            problem.headers = [("Allow", Set(matching.map(\.0.method)).sorted().joined(separator: ", "))]
            throw problem
        }
        let actor = try gatekeeper.admit(request, scope: route.scope)
        return try await route.handler(Call(request: request, parameters: parameters, actor: actor))
    }

    private func problem(_ error: any Error, _ request: ServerRequest) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as EngineError:
            switch error.code {
            case .overloaded: return .tryAgain(.overloaded, "too many events are waiting: send it again", seconds: 2)
            case .refused: return Problem(422, .unprocessable, error.message)
            case .stopping: return .tryAgain(.stopping, "this node is stopping: send it again", seconds: 2)
            case .contention, .staleLease: return .tryAgain(.unavailable, "the post is busy: send it again", seconds: 1)
            }
        case let error as StoreError:
            if error.code == .refusedData {
                return Problem(422, .unprocessable, "the database refuses a value of this request")
            }
            logger.warning("the database did not answer", metadata: ["error": "\(error)", "path": "\(request.path)"])
            return .tryAgain(.unavailable, "the database does not answer: send it again", seconds: 2)
        case is CancellationError:
            return .tryAgain(.stopping, "this node is stopping: send it again", seconds: 2)
        default:
            logger.error("a request failed", metadata: ["error": "\(error)", "path": "\(request.path)"])
            return Problem(500, .internal, "the request failed for a reason that is in the log")
        }
    }
}
