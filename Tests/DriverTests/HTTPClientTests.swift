import HTTPClient
import HTTPServer
import Testing

@Suite struct HTTPClientTests {
    @Test func `a request reaches the server and its answer comes back`() async throws {
        let server = try HTTPServer { request in
            ServerResponse(
                status: 201, headers: [("X-Seen", request.headers["x-given"] ?? "-")],
                body: Array("\(request.method) \(request.path) \(request.query) \(request.body.count)".utf8))
        }
        let client = HTTPClient(userAgent: "test")
        let response = try await client.send(
            HTTPRequest(
                method: "POST", url: "http://127.0.0.1:\(server.port)/a%20b?x=%41+1&y", headers: [("X-Given", "7")],
                body: Array(repeating: 1, count: 100_000)))
        #expect(response.status == 201)
        #expect(response.headers["x-seen"] == "7")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"POST /a%20b [(name: "x", value: "A 1"), (name: "y", value: "")] 100000"#)
        await client.close()
        await server.close()
    }
}
