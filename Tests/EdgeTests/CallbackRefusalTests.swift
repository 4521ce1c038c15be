import Crypto
import HTTPClient
import JSONValue
import Store
import Testing

/// Callbacks that are not taken, and how the sender is told.
@Suite struct CallbackRefusalTests {
    /// What is wrong with a callback whose sender cannot be trusted.
    static let forgeries: [(String, @Sendable (inout Callback) -> Void)] = [
        ("no id", { $0.id = "" }),
        ("no timestamp", { $0.timestamp = "" }),
        ("no signature", { $0.signature = " " }),
        ("another secret", { $0.secret = WebhookSecret(bytes: Array("somebody else's secret".utf8)) }),
        ("a signature of another version", { $0.signature = "v2,AAAA" }),
        ("a signature that is no base64", { $0.signature = "v1,~~~" }),
        ("an old timestamp", { $0.timestamp = "\(UnixTime.now - 310)" }),
        ("a timestamp of the future", { $0.timestamp = "\(UnixTime.now + 310)" }),
        ("a timestamp that is no number", { $0.timestamp = "yesterday" }),
        ("a key that is not known", { $0.url = $0.url.prefix { $0 != "?" } + "?k=00000000" }),
        ("the URL of another job", { $0.url = $0.url.replacing("/42-1/", with: "/42-2/") }),
        (
            "a changed body",
            { callback in
                let signed = WebhookSignature.sign(
                    id: callback.id, timestamp: UnixTime.now, body: callback.body, secret: callback.secret)
                callback.signature = signed
                callback.body += [0x20]
            }
        ),
    ]

    @Test(arguments: Backend.allCases)
    func `a callback that is not proven genuine gets the same 401 whatever is wrong, without the database`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            _ = try await edge.accepted(start)
            let good = Callback(start, Callback.completed(Callback.triage))
            edge.outage.isDown.set(true)
            var bodies: Set<[UInt8]> = []
            for (what, change) in Self.forgeries {
                let response = try await edge.send(good.with(change))
                #expect(response.status == 401, "\(what)")
                #expect(response.code == "unauthorized", "\(what)")
                bodies.insert(response.body)
            }
            #expect(bodies.count == 1)
            edge.outage.isDown.set(false)
            #expect(try await edge.endings(post).isEmpty)
            #expect(try await edge.send(good).status == 202)
        }
    }

    @Test(arguments: [
        ("{", "malformed_json"), ("", "malformed_json"),
        (#"{"type": "job.completed", "data": {"output": "\u0000"}}"#, "malformed_json"),
        (#"{"type": "job.completed", "data": {"output": "\ud800"}}"#, "malformed_json"),
        (#"{"type": "job.completed", "data": {"output": 1e999}}"#, "malformed_json"),
        (
            #"{"type": "job.completed", "data": {"output": "# + String(repeating: "[", count: 10_000)
                + String(repeating: "]", count: 10_000) + "}}", "malformed_json"
        ),
        ("[]", "bad_request"), (#"{"type": "job.completed"}"#, "bad_request"),
        (#"{"type": "job.completed", "data": {}}"#, "bad_request"), (#"{"type": 7, "data": {}}"#, "bad_request"),
        (#"{"type": "job.finished", "data": {"output": {}}}"#, "bad_request"),
        (#"{"type": "job.completed", "data": [1]}"#, "bad_request"),
        (#"{"type": "job.failed", "data": {}}"#, "bad_request"),
        (#"{"type": "job.failed", "data": {"error": {"code": 3}}}"#, "bad_request"),
        (#"{"type": "job.progress", "data": {"fraction": 1.5}}"#, "bad_request"),
        (#"{"type": "job.progress", "data": {"fraction": "half"}}"#, "bad_request"),
        (#"{"type": "job.progress", "data": {"message": {}}}"#, "bad_request"),
    ])
    func `a genuine callback of the wrong form is refused with 400 and its attempt goes on`(
        _ body: String, _ code: String
    ) async throws {
        try await withService(.sqlite) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            let good = Callback(start, Callback.completed(Callback.triage))
            let response = try await edge.send(good.with { $0.body = Array(body.utf8) })
            #expect(response.status == 400)
            #expect(response.code == code)
            #expect(try await edge.endings(post).isEmpty)
            #expect(try await edge.send(good).status == 202)
        }
    }

    @Test(arguments: Backend.allCases)
    func `size and media type are judged before the signature`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            let good = Callback(start, Callback.completed(Callback.triage))
            let large = good.with {
                $0.body += [UInt8](repeating: 0x20, count: 1 << 20)
                $0.signature = "v1,AAAA"
                $0.contentType = "text/plain"
            }
            let tooLarge = try await edge.send(large)
            #expect(tooLarge.status == 413 && tooLarge.code == "too_large")
            let text = good.with {
                $0.contentType = "text/plain"
                $0.signature = "v1,AAAA"
            }
            let wrongType = try await edge.send(text)
            #expect(wrongType.status == 415 && wrongType.code == "unsupported_media_type")
            #expect(try await edge.send(good.with { $0.contentType = "application/json; charset=utf-8" }).status == 202)
        }
    }

    @Test(arguments: Backend.allCases)
    func `jobs that are not there are unknown, or gone with their post`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            for path in ["garbage/1", "42-1/x", "42-1/0", "42/1", "42-1-1/1", "-1/1", "42-0/1", "%ff/1"] {
                let callback = Callback(start, Callback.completed(Callback.triage))
                let response = try await edge.send(callback.with { $0.url = edge.url + "/callbacks/" + path })
                #expect(response.status == 404, "\(path)")
            }
            let keys = CallbackKeys(ring: [CallbackKeys.MasterKey(bytes: ServiceUnderTest.masterKey.bytes)])
            for (job, status, code) in [("42-99", 404, "unknown_job"), ("999-1", 410, "gone_job")] {
                let secret = try #require(keys.secret(job: job, attempt: 1, keyID: keys.currentID))
                let url = "\(edge.url)/callbacks/\(job)/1?k=\(keys.currentID)"
                let response = try await edge.send(
                    Callback(url: url, secret: secret, Callback.completed(Callback.triage)))
                #expect(response.status == status && response.code == code, "\(job)")
            }
        }
    }
}
