import Glibc
import HTTPClient
import HTTPServer
import Testing
import Threads

@Suite struct HTTPServerTests {
    @Test func `a connection is kept after a GET`() async throws {
        try await withServer { server in
            let client = RawClient(port: server.port)
            for path in ["/one", "/two"] {
                client.send(get(path))
                let answer = await client.receive { $0.hasSuffix("GET \(path)\n") }
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                #expect(!answer.contains("Connection: close"))
            }
            #expect(server.load.connections == 1)
        }
    }

    @Test func `five pipelined requests get five answers in order`() async throws {
        try await withServer { server in
            let client = RawClient(port: server.port)
            client.send((1...5).map { get("/\($0)") }.joined())
            let answer = await client.receive { $0.hasSuffix("GET /5\n") }
            #expect(occurrences(of: "HTTP/1.1 200", in: answer) == 5)
            let places = (1...5).compactMap { answer.firstRange(of: "GET /\($0)\n")?.lowerBound }
            #expect(places.count == 5 && places == places.sorted())
        }
    }

    @Test func `HEAD reaches the handler and its body is not sent`() async throws {
        let methods = Locked<[String]>([])
        try await withServer(handler: { request in
            methods.withLock { $0.append(request.method) }
            return ServerResponse(status: 200, text: "twelve bytes")
        }) { server in
            let client = RawClient(port: server.port)
            client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + get("/", "Connection: close\r\n"))
            let answer = await client.receive()
            #expect(occurrences(of: "Content-Length: 12\r\n", in: answer) == 2)
            #expect(occurrences(of: "twelve bytes", in: answer) == 1)
        }
        #expect(methods.withLock { $0 } == ["HEAD", "GET"])
    }

    @Test func `an unknown method reaches the handler`() async throws {
        try await withServer { server in
            let client = RawClient(port: server.port)
            client.send("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.receive { $0.hasSuffix("BREW /pot\n") }.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `the path stays encoded and the query is decoded`() async throws {
        let seen = Locked<ServerRequest?>(nil)
        try await withServer(handler: { request in
            seen.withLock { $0 = request }
            return ServerResponse(status: 204)
        }) { server in
            let client = RawClient(port: server.port)
            client.send(get("http://x/a%2Fb?k=%C3%A9+1%zz&empty&k=2", "X-Two: 1\r\nx-two: 2\r\n"))
            #expect(await client.receive { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 204"))
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.path == "/a%2Fb")
        #expect(request.query.map(\.name) == ["k", "empty", "k"])
        #expect(request.query.map(\.value) == ["é 1%zz", "", "2"])
        #expect(request.headers.all("X-TWO") == ["1", "2"])
        #expect(request.remoteAddress == "127.0.0.1")
    }

    @Test func `a thousand requests at once are all answered`() async throws {
        let gate = Gate()
        let arrived = Locked(0)
        try await withServer(handler: { request in
            let count = arrived.withLock { count in
                count += 1
                return count
            }
            if count == 1_000 { gate.open() }
            await gate.wait()
            return ServerResponse(status: 200, text: request.path)
        }) { server in
            let clients = (0..<1_000).map { index in
                let client = RawClient(port: server.port)
                client.send(get("/\(index)", "Connection: close\r\n"))
                return client
            }
            await gate.wait()
            for (index, client) in clients.enumerated() {
                #expect(await client.receive().hasSuffix("\r\n\r\n/\(index)"))
            }
        }
    }

    @Test func `dropping cuts the connection and closing announces it`() async throws {
        try await withServer(handler: { request in
            ServerResponse(status: 200, text: "x", connection: request.path == "/drop" ? .drop : .close)
        }) { server in
            let dropped = RawClient(port: server.port)
            dropped.send(get("/drop"))
            #expect(await dropped.receive() == "")
            let closed = RawClient(port: server.port)
            closed.send(get("/close"))
            #expect(await closed.receive().contains("Connection: close\r\n"))
        }
    }

    @Test func `a header of the answer cannot smuggle in another`() async throws {
        try await withServer(handler: { _ in
            let headers = [("X-A", "1\r\nX-B: 2"), ("X C", "3"), ("Content-Length", "9"), ("X-Empty", "")]
            return ServerResponse(status: 42, headers: headers, body: [65])
        }) { server in
            let client = RawClient(port: server.port)
            client.send(get("/", "Connection: close\r\n"))
            let answer = await client.receive()
            #expect(answer.hasPrefix("HTTP/1.1 500"))
            #expect(answer.contains("X-A: 1  X-B: 2\r\n"))
            #expect(!answer.contains("X C") && answer.contains("Content-Length: 1\r\n"))
        }
    }

    @Test func `a second server on the port is refused and a quick restart is not`() async throws {
        let first = try HTTPServer { _ in ServerResponse(status: 200) }
        let options = ServerOptions(port: first.port)
        let taken = #expect(throws: HTTPServerError.self) {
            try HTTPServer(options: options) { _ in ServerResponse(status: 200) }
        }
        #expect(taken?.code == .portTaken && taken?.errno == EADDRINUSE)
        let client = RawClient(port: first.port)
        client.send(get("/"))
        _ = await client.receive { $0.contains("\r\n\r\n") }
        await first.close()
        let second = try HTTPServer(options: options) { _ in ServerResponse(status: 200) }
        await second.close()
    }

    @Test(arguments: ["localhost", "", "300.1.1.1", "203.0.113.7"])
    func `an address that is not ours is refused`(address: String) {
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer(options: ServerOptions(address: address)) { _ in ServerResponse(status: 200) }
        }
        #expect(error?.code == .badAddress)
    }

    @Test(.timeLimit(.minutes(1))) func `a connection beyond the limit is closed, and room is made again`() async throws
    {
        try await withServer(ServerOptions(connectionLimit: 1)) { server in
            let first = RawClient(port: server.port)
            first.send(get("/"))
            _ = await first.receive { $0.hasSuffix("GET /\n") }
            #expect(await RawClient(port: server.port).receive() == "")
            first.send(get("/", "Connection: close\r\n"))
            _ = await first.receive()
            let answer = await offPool {
                // The server sees the end of the first connection a moment after its client does.
                while true {
                    let next = RawClient(port: server.port)
                    next.send(get("/"))
                    var byte: UInt8 = 0
                    if recv(next.descriptor, &byte, 1, 0) == 1 { return byte }
                }
            }
            #expect(answer == UInt8(ascii: "H"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `nothing holds on to a closed server`() async throws {
        let gone = WeakServer()
        do {
            let server = try HTTPServer { _ in ServerResponse(status: 200) }
            gone.value = server
            let client = RawClient(port: server.port)
            client.send(get("/"))
            _ = await client.receive { $0.contains("\r\n\r\n") }
            await server.close()
        }
        // Its thread lets go of it in the same moment as it says that it has ended.
        await offPool { while gone.value != nil { sched_yield() } }
    }

    @Test func `an IPv6 address serves as well`() async throws {
        let client = HTTPClient(userAgent: "test")
        do {
            try await withServer(
                ServerOptions(address: "::1"), handler: { ServerResponse(status: 200, text: $0.remoteAddress) }
            ) {
                let response = try await client.send(HTTPRequest(url: "http://[::1]:\($0.port)/"))
                #expect(String(decoding: response.body, as: UTF8.self) == "::1")
            }
        } catch let error as HTTPServerError where error.errno == EADDRNOTAVAIL || error.errno == EAFNOSUPPORT {
            // This machine has no IPv6.
        }
        await client.close()
    }
}

/// A weak variable that a thread may watch.
private final class WeakServer: @unchecked Sendable {
    weak var value: HTTPServer?
}
