import HTTPServer
import Testing
import Threads

/// What the server turns away by itself.
@Suite struct HTTPServerRefusalTests {
    private static let post = "POST / HTTP/1.1\r\nHost: x\r\n"

    private func small(_ limit: Int = 1_000) -> ServerOptions { ServerOptions(bodyLimit: { _, _ in limit }) }

    @Test func `a length over the limit is answered before the body comes`() async throws {
        try await withServer(small()) { server in
            let client = RawClient(port: server.port)
            client.send(Self.post + "Content-Length: 1001\r\n\r\n")
            let answer = await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.contains("Connection: close\r\n"))
            #expect(answer.hasSuffix("the body is larger than 1000 bytes\n"))
        }
    }

    @Test func `a body that is sent all the same does not drown the answer`() async throws {
        try await withServer(small()) { server in
            let client = RawClient(port: server.port)
            let body = String(repeating: "x", count: 7_000_000)
            let sent = await offPool { client.send(Self.post + "Content-Length: \(body.utf8.count)\r\n\r\n" + body) }
            #expect(sent > body.utf8.count)
            #expect(await client.receive().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func `a chunked body over the limit is cut off with an answer`() async throws {
        try await withServer(small()) { server in
            let client = RawClient(port: server.port)
            let chunk = "100\r\n" + String(repeating: "x", count: 256) + "\r\n"
            client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 4))
            let answer = await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.hasSuffix("the body is larger than 1000 bytes\n"))
        }
    }

    @Test func `a chunked body that goes on and on does not drown the answer`() async throws {
        try await withServer(small()) { server in
            let client = RawClient(port: server.port)
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            await offPool {
                client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 40))
            }
            #expect(await client.receive().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func `a body of just the limit is taken, whole or in chunks`() async throws {
        try await withServer(small(), handler: { ServerResponse(status: 200, text: "\($0.body.count);") }) { server in
            let client = RawClient(port: server.port)
            let body = String(repeating: "x", count: 1_000)
            client.send(Self.post + "Content-Length: 1000\r\n\r\n" + body)
            client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + body + "\r\n0\r\n\r\n")
            #expect(occurrences(of: "1000;", in: await client.receive { occurrences(of: "1000;", in: $0) == 2 }) == 2)
        }
    }

    @Test func `a sender that asks first is not told to continue`() async throws {
        try await withServer(small()) { server in
            let client = RawClient(port: server.port)
            client.send(Self.post + "Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n")
            #expect(await client.receive().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func `the limit is asked for each method and path`() async throws {
        let options = ServerOptions(bodyLimit: { method, path in method == "PUT" && path == "/big" ? 10 : 1 })
        try await withServer(options) { server in
            let client = RawClient(port: server.port)
            client.send("PUT /big?x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
            #expect(await client.receive { $0.hasSuffix("PUT /big\n") }.hasPrefix("HTTP/1.1 200"))
            client.send("PUT /small HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
            #expect(await client.receive().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test(arguments: [
        ("Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n", Refusal.ambiguousLength),
        ("Host: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n", .ambiguousLength),
        ("Host: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n", .ambiguousLength),
        ("Host: x\r\nTransfer-Encoding: gzip, chunked\r\n", .ambiguousLength),
        ("Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", .ambiguousLength),
        ("", .missingHost),
        ("Host: x\r\nHost: y\r\n", .missingHost),
        ("Host: x\r\nX A : b\r\n", .malformedHeader),
        ("Host: x\r\nX-A: b\u{1}c\r\n", .malformedHeader),
        ("Host: x\r\nX{}: b\r\n", .malformedHeader),
    ])
    func `a request that can be read in two ways is refused`(headers: String, refusal: Refusal) async throws {
        let asked = Locked<[Refusal]>([])
        let handled = Locked(0)
        try await withServer(
            refuse: { refusal in
                asked.withLock { $0.append(refusal) }
                return ServerResponse(
                    status: refusal.status, headers: [("Content-Type", "application/problem+json")], body: [123, 125])
            },
            handler: { _ in
                handled.withLock { $0 += 1 }
                return ServerResponse(status: 200)
            }
        ) { server in
            let client = RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\n\(headers)\r\nabGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains("Content-Type: application/problem+json\r\n") && answer.hasSuffix("{}"))
            #expect(answer.contains("Connection: close\r\n"))
        }
        #expect(asked.withLock { $0 } == [refusal])
        #expect(handled.withLock { $0 } == 0)
    }

    @Test(arguments: [
        "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "G{}T / HTTP/1.1\r\nHost: x\r\n\r\n", "nonsense\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `nonsense ends the connection and never reaches the handler`(text: String) async throws {
        let handled = Locked(0)
        try await withServer(
            ServerOptions(requestDeadline: .milliseconds(300)),
            handler: { _ in
                handled.withLock { $0 += 1 }
                return ServerResponse(status: 200)
            }
        ) { server in
            let client = RawClient(port: server.port)
            client.send(text)
            let answer = await client.receive()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"))
        }
        #expect(handled.withLock { $0 } == 0)
    }

    @Test func `headers beyond the connection's memory are refused`() async throws {
        try await withServer(ServerOptions(connectionMemory: 4_096)) { server in
            let client = RawClient(port: server.port)
            client.send(get("/", "X-Long: \(String(repeating: "x", count: 20_000))\r\n"))
            #expect(await client.receive().hasPrefix("HTTP/1.1 431"))
        }
    }
}
