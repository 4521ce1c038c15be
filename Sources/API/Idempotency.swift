import Crypto
import HTTPServer
import JSONValue
import Store

/// Answers a repeated request with an `Idempotency-Key` as the first time. Keys are remembered for four days.
struct Idempotency: Sendable {
    let store: any Store

    func once(
        _ call: Call, scope: String, _ act: @Sendable () async throws -> ServerResponse
    ) async throws -> ServerResponse {
        guard let key = call.request.headers["Idempotency-Key"] else { return try await act() }
        guard (1...200).contains(key.utf8.count) else {
            throw Problem(400, .badRequest, "'Idempotency-Key' must have 1 to 200 bytes")
        }
        return try await once(key, call, scope: scope, act)
    }

    /// The same where something else than the header names the request.
    func once(
        _ key: String, _ call: Call, scope: String, _ act: @Sendable () async throws -> ServerResponse
    ) async throws -> ServerResponse {
        let scope = "\(call.actor) \(scope) \(call.request.path)"
        let hash = Digest.hex(Digest.sha256(call.request.body))
        if let receipt = try await store.receipt(scope: scope, id: key) { return try replay(receipt, hash) }
        let response = try await act()
        let kept = response.headers.filter { Self.keptHeaders.contains($0.0) }.map { ($0.0, JSON.string($0.1)) }
        let answer: JSON = [
            "status": .int(Int64(response.status)), "body": .string(String(decoding: response.body, as: UTF8.self)),
            "headers": .object(JSONObject(kept)),
        ]
        let earlier = try await store.remember(Receipt(scope: scope, id: key, bodyHash: hash, answer: answer))
        return try earlier.map { try replay($0, hash) } ?? response
    }

    private static let keptHeaders: Set<String> = ["Content-Type", "ETag", "Location"]

    private func replay(_ receipt: Receipt, _ hash: String) throws(Problem) -> ServerResponse {
        guard receipt.bodyHash == hash else {
            throw Problem(409, .idempotencyConflict, "this Idempotency-Key was used with another body")
        }
        let kept = (receipt.answer["headers"]?.object ?? [:]).map { ($0.key, $0.value.string ?? "") }
        return ServerResponse(
            status: Int(receipt.answer["status"]?.int ?? 200), headers: kept + [("Idempotency-Replayed", "true")],
            body: Array((receipt.answer["body"]?.string ?? "").utf8))
    }
}
