import HTTPClient
import HTTPServer
import Testing
import Threads

@Suite struct HTTPClientTests {
    private func withClient(connections: Int = 512, _ test: (HTTPClient) async throws -> Void) async throws {
        let client = HTTPClient(maximumConnections: connections, userAgent: "test/1")
        do {
            try await test(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func failure(_ client: HTTPClient, _ request: HTTPRequest) async throws -> HTTPClientError {
        try #require(await #expect(throws: HTTPClientError.self) { _ = try await client.send(request) })
    }

    @Test func `a request reaches the server as it was meant`() async throws {
        let seen = Locked<ServerRequest?>(nil)
        try await withServer(handler: { request in
            seen.withLock { $0 = request }
            return ServerResponse(status: 201, headers: [("X-Seen", "1"), ("x-seen", "2")], body: request.body)
        }) { server in
            try await withClient { client in
                let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
                let response = try await client.send(
                    HTTPRequest(
                        method: "POST", url: "http://127.0.0.1:\(server.port)/a%20b?x=1",
                        headers: [("X-Given", "7"), ("X-Empty", "")], body: body))
                #expect(response.status == 201)
                #expect(response.headers.all("X-SEEN") == ["1", "2"])
                #expect(response.body == body)
            }
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == "POST" && request.path == "/a%20b")
        #expect(request.headers["x-given"] == "7" && request.headers["x-empty"] == "")
        #expect(request.headers["user-agent"] == "test/1")
        #expect(request.headers["expect"] == nil && request.headers["content-type"] == nil)
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
    func `every method arrives as itself, without a body too`(method: String) async throws {
        try await withServer(handler: { request in
            ServerResponse(status: 200, headers: [("X-Method", request.method)], body: [1, 2, 3])
        }) { server in
            try await withClient { client in
                let response = try await client.send(
                    HTTPRequest(method: method, url: "http://127.0.0.1:\(server.port)/"))
                #expect(response.headers["X-Method"] == method)
                #expect(response.body.count == (method == "HEAD" ? 0 : 3))
            }
        }
    }

    @Test func `a redirect is returned, not followed`() async throws {
        try await withServer(handler: { _ in ServerResponse(status: 302, headers: [("Location", "/elsewhere")]) }) {
            server in
            try await withClient { client in
                let response = try await client.send(HTTPRequest(url: "http://127.0.0.1:\(server.port)/"))
                #expect(response.status == 302 && response.headers["location"] == "/elsewhere")
            }
        }
    }

    @Test func `two hundred at once all come back, on few connections too`() async throws {
        try await withServer { server in
            for connections in [512, 3] {
                try await withClient(connections: connections) { client in
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for index in 0..<200 {
                            group.addTask {
                                let request = HTTPRequest(url: "http://127.0.0.1:\(server.port)/\(index)")
                                return try await client.send(request).body == Array("GET /\(index)\n".utf8)
                            }
                        }
                        for try await isRight in group { #expect(isRight) }
                    }
                    if connections == 3 { #expect(server.load.connections <= 515) }
                }
            }
        }
    }

    @Test func `a body over the cap ends the transfer, announced or not`() async throws {
        try await withServer(handler: { _ in ServerResponse(status: 200, body: .init(repeating: 1, count: 5_000)) }) {
            server in
            try await withClient { client in
                let url = "http://127.0.0.1:\(server.port)/"
                let error = try await failure(client, HTTPRequest(url: url, maximumBody: 4_999))
                #expect(error.code == .bodyTooLarge && error.wasSent)
                #expect(try await client.send(HTTPRequest(url: url, maximumBody: 5_000)).body.count == 5_000)
            }
        }
    }

    @Test(arguments: [
        "", "127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http:/127.0.0.1/", "gopher://127.0.0.1/",
    ])
    func `a URL that cannot be meant is refused`(url: String) async throws {
        try await withClient { client in
            let error = try await failure(client, HTTPRequest(url: url))
            #expect(error.code == .badURL && !error.wasSent)
        }
    }

    @Test(arguments: [
        HTTPRequest(method: "GET / HTTP/1.1\r\nX:", url: "http://127.0.0.1/"),
        HTTPRequest(url: "http://127.0.0.1/", headers: [("X-A", "1\r\nX-B: 2")]),
        HTTPRequest(url: "http://127.0.0.1/", headers: [("X-A: 1\r\nX-B", "2")]),
    ])
    func `a header cannot smuggle in another`(request: HTTPRequest) async throws {
        try await withClient { client in
            let error = try await failure(client, request)
            #expect(error.code == .badURL && !error.wasSent)
        }
    }
}
