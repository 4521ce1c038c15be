import HTTPClient
import JSONValue
import Store
import Testing

/// Requests that are wrong are answered with a problem document that says what is wrong, and leave no trace.
@Suite struct BadInputTests {
    static let bodies: [(body: String, status: Int, code: String)] = [
        ("", 400, "malformed_json"), ("{", 400, "malformed_json"), ("nonsense", 400, "malformed_json"),
        (#"{"title": "a",}"#, 400, "malformed_json"), (#"{"title": "a"} {}"#, 400, "malformed_json"),
        (#"{"title": 'a'}"#, 400, "malformed_json"), (#"{"title": "a\u0000b"}"#, 400, "malformed_json"),
        (#"{"title": "\ud83d"}"#, 400, "malformed_json"), (#"{"title": "\udc00\ud83d"}"#, 400, "malformed_json"),
        (#"{"title": "a", "priority": 1e999}"#, 400, "malformed_json"),
        (#"{"title": "a", "priority": 99999999999999999999999}"#, 422, "unprocessable"),
        ("[]", 400, "bad_request"), ("7", 400, "bad_request"), ("null", 400, "bad_request"),
        (#"{"title": "a", "colour": "red"}"#, 400, "unknown_key"), (#"{"title": 7}"#, 422, "unprocessable"),
        (#"{"title": ""}"#, 422, "unprocessable"), ("{}", 422, "unprocessable"),
        (#"{"title": "a", "id": -1}"#, 422, "unprocessable"), (#"{"title": "a", "id": 0}"#, 422, "unprocessable"),
        (#"{"title": "a", "id": "t3_zzzzzzzzzzzzzzzzzz"}"#, 422, "unprocessable"),
        (#"{"title": "a", "id": 9223372036854775807}"#, 201, ""),
        (#"{"title": "a", "created_at": "yesterday"}"#, 422, "unprocessable"),
        (#"{"title": "a", "created_at": "9999999-01-01T00:00:00Z"}"#, 422, "unprocessable"),
        (#"{"title": "a", "priority": 1.5}"#, 422, "unprocessable"),
        (#"{"title": "a", "body": ["x"]}"#, 422, "unprocessable"),
    ]

    @Test(arguments: Backend.allCases)
    func `a body that is not what the route takes is refused, and nothing is stored`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            for (body, status, code) in Self.bodies {
                let response = try await edge.send("POST", "/v1/posts", Array(body.utf8))
                #expect(response.status == status, "\(body)")
                #expect(response.code ?? "" == code, "\(body)")
            }
            let odd = try await edge.send("POST", "/v1/posts", [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D])
            #expect(odd.code == "malformed_json")
            let named = try await edge.post("/v1/posts", ["title": "a", "colour": "red"])
            #expect(named.json["key"] == "colour")
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a body that is too large or too deep is refused`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let deep = String(repeating: "[", count: 100_000)
            #expect(try await edge.send("POST", "/v1/posts", Array(deep.utf8)).code == "malformed_json")
            let closed =
                #"{"title": "a", "body": "# + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
                + "}"
            #expect(try await edge.send("POST", "/v1/posts", Array(closed.utf8)).code == "malformed_json")
            let large = JSON.object(["title": "a", "body": .string(String(repeating: "x", count: 300_000))])
            let refused = try await edge.post("/v1/posts", large)
            #expect(refused.status == 413 && refused.code == "too_large")
            let long = JSON.object(["title": "a", "body": .string(String(repeating: "x", count: 40_001))])
            #expect(try await edge.post("/v1/posts", long).status == 422)
            #expect(try await edge.send("POST", "/nowhere", [UInt8](repeating: 0x20, count: 10_000)).status == 413)
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 0)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a query that no text column can hold harms nobody`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            let paths = [
                "/v1/posts?text=%00", "/v1/posts?text=%FF%FE", "/v1/posts?community=a%00b", "/?text=%00",
                "/?community=%00",
                "/queue/dead?text=%00", "/v1/posts?text=" + String(repeating: "%25_", count: 3000),
            ]
            for path in paths {
                let status = try await edge.get(path).status
                #expect([200, 400, 422].contains(status), "\(path.prefix(40)): \(status)")
            }
            let retry = try await edge.post("/queue/retry", ["text": .string(String(repeating: "%_", count: 9000))])
            #expect([202, 422].contains(retry.status))
            #expect(try await edge.get("/v1/posts").json["posts"]?.array?.count == 1)
        }
    }

    @Test func `unknown routes and methods are told what is there`() async throws {
        try await withService(.sqlite) { edge in
            for path in ["/nowhere", "/v1", "/v1/posts/1/2/3", "/assets/../Package.swift", "/assets/%2e%2e%2fx", "//"] {
                let response = try await edge.get(path)
                if path == "//" { continue }
                #expect(response.status == 404 && response.code == "unknown_route", "\(path)")
            }
            let allowed = [
                "/v1/posts": "GET, POST", "/v1/posts/1": "GET", "/queue/retry": "POST", "/callbacks/1-1/1": "POST",
                "/v1/endpoints/a": "PUT",
            ]
            for (path, methods) in allowed {
                let response = try await edge.send("DELETE", path, [])
                #expect(response.status == 405 && response.code == "method_not_allowed", "\(path)")
                #expect(response.headers["Allow"] == methods, "\(path)")
            }
            let head = try await edge.client.send(HTTPRequest(method: "HEAD", url: edge.url + "/v1/posts"))
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test func `every problem has a type, a title, a status, a code and a detail`() async throws {
        try await withService(.sqlite) { edge in
            let responses = [
                try await edge.get("/nowhere"), try await edge.get("/v1/posts?limit=x"),
                try await edge.send("POST", "/v1/posts", Array("{".utf8)),
                try await edge.send("DELETE", "/v1/posts", []), try await edge.get("/v1/posts/1"),
                try await edge.send("POST", "/v1/posts", Array("{}".utf8), contentType: "text/plain"),
            ]
            for response in responses {
                #expect(response.headers["Content-Type"] == "application/problem+json")
                #expect(response.headers["Cache-Control"] == "no-store")
                #expect(response.headers["X-Content-Type-Options"] == "nosniff")
                #expect(response.json["status"]?.int == Int64(response.status))
                for key in ["type", "title", "code", "detail"] {
                    #expect(response.json[key]?.string?.isEmpty == false, "\(key)")
                }
            }
        }
    }
}
