import Crypto
import JSONValue
import TestSupport
import Testing

@Suite struct WebhookVectorTests {
    @Test(.readsSharedData("webhooks/vectors.json"), .tags(.sharedData))
    func `every vector of Standard Webhooks gets its verdict`() throws {
        let file = try JSON.parse(SharedData.bytes("webhooks/vectors.json"))
        let vectors = try #require(file["vectors"]?.array)
        #expect(vectors.count >= 12)
        for vector in vectors {
            let name = vector["name"]?.string ?? ""
            let secret = try #require(WebhookSecret(vector["secret"]?.string ?? ""), "\(name)")
            let timestamp = vector["timestamp"].map { $0.string ?? $0.text }
            var verdict = "ok"
            do {
                try WebhookSignature.verify(
                    id: vector["id"]?.string, timestamp: timestamp, signatures: vector["signature"]?.string,
                    body: Array((vector["payload"]?.string ?? "").utf8), secrets: [secret],
                    now: try #require(vector["now"]?.int))
            } catch {
                verdict = "refused"
            }
            let expected = vector["expect"]?.string == "ok" ? "ok" : "refused"
            #expect(verdict == expected, "\(name)")
        }
    }

    @Test func `a signature covers id, timestamp and body`() throws {
        let secret = WebhookSecret(bytes: Array(repeating: 7, count: 32))
        let signature = WebhookSignature.sign(id: "a", timestamp: 100, body: [1, 2], secret: secret)
        func isAccepted(_ id: String, _ timestamp: String, _ body: [UInt8], at now: Int64 = 100) -> Bool {
            do {
                try WebhookSignature.verify(
                    id: id, timestamp: timestamp, signatures: "v2,x v1,AAAA nonsense \(signature)", body: body,
                    secrets: [secret], now: now)
                return true
            } catch {
                return false
            }
        }
        #expect(isAccepted("a", "100", [1, 2]))
        #expect(isAccepted("a", "100", [1, 2], at: 400))
        #expect(!isAccepted("a", "100", [1, 2], at: 401))
        #expect(!isAccepted("b", "100", [1, 2]))
        #expect(!isAccepted("a", "101", [1, 2]))
        #expect(!isAccepted("a", "100", [1, 3]))
    }

    @Test func `a timestamp is recent when one of the clocks says so`() throws {
        let secret = WebhookSecret(bytes: Array(repeating: 7, count: 32))
        let signature = WebhookSignature.sign(id: "a", timestamp: 5000, body: [], secret: secret)
        func verify(_ first: Int64, _ second: Int64) throws {
            try WebhookSignature.verify(
                id: "a", timestamp: "5000", signatures: signature, body: [], secrets: [secret], now: first, second)
        }
        try verify(5000, 9000)
        try verify(1000, 5300)
        #expect(throws: WebhookSignature.Refusal.timestampOutOfRange) { try verify(1000, 9000) }
        #expect(throws: WebhookSignature.Refusal.timestampOutOfRange) {
            try WebhookSignature.verify(
                id: "a", timestamp: "5000", signatures: signature, body: [], secrets: [secret])
        }
    }

    @Test func `each attempt has a secret of its own, and only the key's holder can make it`() {
        let ring = CallbackKeys(ring: [CallbackKeys.MasterKey(bytes: [1]), CallbackKeys.MasterKey(bytes: [2])])
        let other = CallbackKeys(ring: [CallbackKeys.MasterKey(bytes: [3])])
        let secret = ring.secret(job: "1-1", attempt: 1, keyID: ring.currentID)
        #expect(secret != nil)
        #expect(secret != ring.secret(job: "1-1", attempt: 2, keyID: ring.currentID))
        #expect(secret != ring.secret(job: "1-2", attempt: 1, keyID: ring.currentID))
        #expect(ring.secret(job: "1-1", attempt: 1, keyID: other.currentID) == nil)
    }
}
