/// Standard Webhooks 1.0.0: signs and verifies `webhook-id.webhook-timestamp.body` with HMAC-SHA256 (`v1`).
package enum WebhookSignature {
    /// Why a delivery is not accepted. The sender always sees 401; the reason is for the log.
    package enum Refusal: String, Error, Sendable {
        case missingHeader = "a signature header is missing"
        case malformedTimestamp = "the timestamp is not a number of seconds"
        case timestampOutOfRange = "the timestamp is too far from the present"
        case noMatch = "no signature matches"
    }

    /// Seconds by which a timestamp may differ from the present, both ways; the bound itself passes.
    package static let toleranceSeconds: Int64 = 300

    /// The value of `webhook-signature` for one delivery: `v1,<base64>`.
    package static func sign(id: String, timestamp: Int64, body: [UInt8], secret: WebhookSecret) -> String {
        "v1," + Base64.encode(code(id: id, timestamp: String(timestamp), body: body, secret: secret))
    }

    /// Verifies a delivery against every secret that is accepted now (the current one and, during rotation, the last).
    /// `now` is in Unix seconds; who trusts several clocks gives each, and a timestamp that one of them takes for recent is
    /// good. The refusal is for the log; the sender sees 401 whatever it is.
    package static func verify(
        id: String?, timestamp: String?, signatures: String?, body: [UInt8], secrets: [WebhookSecret], now: Int64...
    ) throws(Refusal) {
        guard let id, let timestamp, let signatures, !id.isEmpty, !timestamp.isEmpty, !signatures.isEmpty else {
            throw .missingHeader
        }
        guard timestamp.utf8.count <= 12, timestamp.utf8.allSatisfy({ (48...57).contains($0) }),
            let seconds = Int64(timestamp)
        else { throw .malformedTimestamp }
        guard now.contains(where: { abs($0 - seconds) <= toleranceSeconds }) else { throw .timestampOutOfRange }
        let expected = secrets.map { code(id: id, timestamp: timestamp, body: body, secret: $0) }
        var isMatched = false
        for item in signatures.split(separator: " ") {
            guard let comma = item.firstIndex(of: ","), item[..<comma] == "v1",
                let given = Base64.decode(item[item.index(after: comma)...])
            else { continue }
            for code in expected where Digest.constantTimeEqual(code, given) { isMatched = true }
        }
        guard isMatched else { throw .noMatch }
    }

    private static func code(id: String, timestamp: String, body: [UInt8], secret: WebhookSecret) -> [UInt8] {
        Digest.hmacSHA256(Array("\(id).\(timestamp).".utf8) + body, key: secret.bytes)
    }
}
