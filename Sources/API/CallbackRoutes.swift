import Crypto
import Engine
import HTTPServer
import JSONValue
import Store

/// The inbound side of the callback contract: `POST /callbacks/{post}-{job}/{attempt}?k=<key id>`.
///
/// Checked in this order: size 413, media type 415, signature 401 (before the database is asked), form 400, then what the
/// database knows. A 2xx is a receipt: it is sent after the commit.
package struct CallbackRoutes: Sendable {
    let services: Services
    let signature: InboundSignature

    /// Results are texts with quotes and sources; a megabyte is far beyond any seen.
    static let bodyLimit = 1 << 20

    package init(services: Services, signature: InboundSignature) {
        self.services = services
        self.signature = signature
    }

    package var routes: [Route] {
        [
            Route("POST", "/callbacks/{job}/{attempt}", scope: .none, bodyLimit: Self.bodyLimit) {
                try await receive($0)
            }
        ]
    }

    private func receive(_ call: Call) async throws -> ServerResponse {
        guard let job = JobKey(call.parameters["job"] ?? ""), let attempt = Int(call.parameters["attempt"] ?? ""),
            attempt > 0
        else { throw Problem(404, .unknownJob, "a callback URL is /callbacks/<post>-<job>/<attempt>") }
        try checkMediaType(call)
        if call.request.headers["webhook-signature"] == nil, isNotification(call, job, attempt) {
            return try await takeNotification(call, job, attempt)
        }
        let id = try verify(call, job, attempt)
        let message = try CallbackMessage(call.json())
        if job.post == .trial {
            guard services.hints.trial(job, try call.json()) else {
                throw Problem(410, .goneJob, "nobody waits for this trial any more")
            }
            return ServerResponse(status: 202)
        }
        let file = try await services.files.value(job)
        switch message {
        case .progress(let progress): return try await take(progress, job, file?.job, attempt)
        case .completed(let data): return try await take(.success(data), job, file, attempt, id, call.request.body)
        case .failed(let failure, let data):
            let charged = file.map { services.chargeFailure(failure, data, $0.job) } ?? failure
            return try await take(.failure(charged), job, file, attempt, id, call.request.body)
        }
    }

    private func checkMediaType(_ call: Call) throws(Problem) {
        let type = call.request.headers["Content-Type"]?.split(separator: ";").first?.lowercased() ?? ""
        guard ["application/json", "application/cloudevents+json", "application/a2a+json"].contains(type) else {
            throw Problem(415, .unsupportedMediaType, "send the callback as application/json")
        }
    }

    // MARK: - Notifications of peers that know no signatures

    /// Whether one of the two texts that the attempt's start has given out came back, and none that is wrong.
    private func isNotification(_ call: Call, _ job: JobKey, _ attempt: Int) -> Bool {
        let headers = call.request.headers
        let given = (
            token: headers["X-A2A-Notification-Token"],
            bearer: headers["Authorization"].flatMap { $0.lowercased().hasPrefix("bearer ") ? $0.dropFirst(7) : nil }
        )
        guard given.token != nil || given.bearer != nil,
            let secret = secret(call, job, attempt)
        else { return false }
        let expected = services.hints.tokens(secret)
        let isTokenGood = given.token.map { Digest.constantTimeEqual(Array($0.utf8), Array(expected.token.utf8)) }
        let isBearerGood = given.bearer.map { Digest.constantTimeEqual(Array($0.utf8), Array(expected.bearer.utf8)) }
        return isTokenGood ?? true && isBearerGood ?? true
    }

    /// Written down before it is answered. What it says about the result is not believed: it is asked for.
    private func takeNotification(_ call: Call, _ job: JobKey, _ attempt: Int) async throws -> ServerResponse {
        let body = try call.json()
        let hash = Digest.hex(Digest.sha256(call.request.body))
        try await services.store.record([
            DeliveryRow(
                job: job, attempt: attempt, deliveryID: "push-" + hash.prefix(16), bodyHash: hash,
                body: call.request.body, verdict: .progress)
        ])
        guard try await services.hints.push(body, job, attempt) else {
            throw Problem(400, .badRequest, "this is neither a callback nor a push notification of A2A")
        }
        return ServerResponse(status: 202)
    }

    private func verify(_ call: Call, _ job: JobKey, _ attempt: Int) throws(Problem) -> String {
        try signature.verify(
            call, secret(call, job, attempt).map { [$0] } ?? [], "callback", about: ["job": "\(job)"])
    }

    private func secret(_ call: Call, _ job: JobKey, _ attempt: Int) -> WebhookSecret? {
        services.callbackKeys.secret(
            job: job.description, attempt: attempt, keyID: call.query("k") ?? services.callbackKeys.currentID)
    }

    /// Progress of a job that has ended is late, not wrong. The signature proves that this service once gave out the URL:
    /// a post that is not there was purged or restored away.
    private func take(
        _ progress: JSONObject, _ job: JobKey, _ row: JobRow?, _ attempt: Int
    ) async throws -> ServerResponse {
        guard let row else {
            switch try await services.engine.standing(of: job) {
            case .known: return ServerResponse(status: 200)
            case .unknownJob: throw Problem(404, .unknownJob, "there is no job \(job)")
            case .unknownPost: throw Problem(410, .goneJob, "job \(job) is gone")
            }
        }
        let silence = services.silence(row.source).microseconds
        let isLive = try await services.store.recordProgress(
            row.key, attempt: attempt, silenceMicroseconds: silence, progress: progress)
        return ServerResponse(status: isLive ? 202 : 200)
    }

    private func take(
        _ message: Result<JSONObject, JobFailure>, _ job: JobKey, _ file: JobFile?, _ attempt: Int, _ id: String,
        _ body: [UInt8]
    ) async throws -> ServerResponse {
        let delivery = Delivery(id: id, bodyHash: Digest.hex(Digest.sha256(body)), body: body)
        // What is not waited for is read no further: the engine only says what it is, and nothing of it counts.
        var result: Result<Completion, JobFailure> = .success(Completion(facts: [:]))
        switch message {
        case .failure(let failure): result = .failure(failure)
        case .success(let data):
            if let file, file.job.attempt == attempt, file.job.phase != .waiting {
                result = try await services.readResult(file, data)
            }
        }
        let outcome = try await services.engine.deliver(
            result, job: job, attempt: attempt, delivery: delivery, actor: "endpoint:\(file?.job.endpoint ?? "unknown")"
        )
        return try await answer(outcome, job, attempt, delivery)
    }

    private func answer(
        _ outcome: WorkOutcome, _ job: JobKey, _ attempt: Int, _ delivery: Delivery
    ) async throws -> ServerResponse {
        switch outcome {
        case .taken: return ServerResponse(status: 202)
        case .duplicate:
            try await log(.duplicate, job, attempt, delivery)
            return ServerResponse(status: 200)
        case .stale, .ignored, .otherRevision:
            try await log(.stale, job, attempt, delivery)
            return ServerResponse(status: 200)
        case .conflict:
            try await log(.conflict, job, attempt, delivery)
            throw Problem(409, .deliveryConflict, "this webhook-id came before with another body; the first one counts")
        case .unknownJob: throw Problem(404, .unknownJob, "there is no job \(job)")
        case .unknownPost, .exists: throw Problem(410, .goneJob, "job \(job) is gone")
        case .broken(let error):
            services.logger.error("a callback broke a macrostep", metadata: ["job": "\(job)", "error": "\(error)"])
            throw Problem.tryAgain(.unavailable, "the post cannot take the callback now", seconds: 30)
        case .foreignChart:
            throw Problem.tryAgain(.unavailable, "this node does not have the post's chart", seconds: 5)
        }
    }

    private func log(
        _ verdict: DeliveryRow.Verdict, _ job: JobKey, _ attempt: Int, _ delivery: Delivery
    ) async throws {
        try await services.store.record([
            DeliveryRow(
                job: job, attempt: attempt, deliveryID: delivery.id, bodyHash: delivery.bodyHash, body: delivery.body,
                verdict: verdict)
        ])
    }
}
