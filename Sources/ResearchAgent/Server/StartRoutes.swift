import Crypto
import HTTPServer
import JSONValue
import Logging

/// What the agent answers: starts at `POST /` and `POST /research`, `GET /health`.
///
/// Checked in this order: media type 415, signature 401, form 400, then what the ledger knows.
struct StartRoutes: Sendable {
    let secrets: [WebhookSecret]
    let now: @Sendable () -> Timestamp
    let logger: Logger
    let running: @Sendable () -> (count: Int, limit: Int)
    let begin: @Sendable (ResearchTask) -> RunLedger.Verdict

    private static let retryAfter = 10

    func answer(_ request: ServerRequest) -> ServerResponse {
        switch request.path {
        case "/health" where ["GET", "HEAD"].contains(request.method):
            let (count, limit) = running()
            return .json(["status": "ok", "running": .int(Int64(count)), "limit": .int(Int64(limit))])
        case "/", "/research":
            guard request.method == "POST" else {
                return .problem(405, "a start is a POST", headers: [("Allow", "POST")])
            }
            return start(request)
        default: return .problem(404, "there is nothing here: starts go to /research")
        }
    }

    private func start(_ request: ServerRequest) -> ServerResponse {
        let type = request.headers["Content-Type"]?.split(separator: ";").first?.lowercased() ?? ""
        guard type.trimmingBlanks == "application/json" else {
            return .problem(415, "send the start as application/json")
        }
        guard isTrusted(request) else { return .problem(401, "the start's signature or timestamp is not valid") }
        let task: ResearchTask
        do throws(ResearchTask.Problem) { task = try ResearchTask(request.body) } catch {
            return .problem(400, error.description)
        }
        if let key = request.headers["Idempotency-Key"], key != task.key {
            return .problem(400, "Idempotency-Key must be <job_id>/<attempt> of the body")
        }
        switch begin(task) {
        case .begin, .known: return .json(["id": .string(task.id)], status: 202)
        case .conflict: return .problem(409, "this job's attempt was started before with another input")
        case .full:
            return .problem(
                503, "as many jobs run as may", headers: [("Retry-After", String(Self.retryAfter))])
        }
    }

    private func isTrusted(_ request: ServerRequest) -> Bool {
        if secrets.isEmpty { return true }
        do {
            try WebhookSignature.verify(
                id: request.headers["webhook-id"], timestamp: request.headers["webhook-timestamp"],
                signatures: request.headers["webhook-signature"], body: request.body, secrets: secrets,
                now: now().unixSeconds)
            return true
        } catch {
            logger.notice("a start was refused", metadata: ["reason": "\(error.rawValue)"])
            return false
        }
    }
}

extension ServerResponse {
    fileprivate static func json(_ value: JSON, status: Int = 200, headers: [(String, String)] = []) -> ServerResponse {
        ServerResponse(
            status: status, headers: [("Content-Type", "application/json")] + headers, body: value.bytes())
    }

    fileprivate static func problem(_ status: Int, _ message: String, headers: [(String, String)] = [])
        -> ServerResponse
    {
        json(["error": ["message": .string(message)]], status: status, headers: headers)
    }
}

extension String {
    fileprivate var trimmingBlanks: String { filter { $0 != " " && $0 != "\t" } }
}
