import HTTPServer
import Testing
import Threads

/// Slow senders, slow handlers, and the end of the server.
@Suite struct HTTPServerDeadlineTests {
    @Test(arguments: [
        ("", "G"), ("GET / HTTP/1.1\r\n", "X-A: b\r\n"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "x"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    ])
    func `a busy but slow sender is cut off`(start: String, piece: String) async throws {
        try await withServer(ServerOptions(requestDeadline: .milliseconds(200))) { server in
            let client = RawClient(port: server.port)
            client.send(start)
            #expect(await client.trickle(piece, limit: 200) < 200)
        }
    }

    @Test(arguments: ["", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"])
    func `a connection that falls silent is ended`(start: String) async throws {
        try await withServer(ServerOptions(requestDeadline: .milliseconds(200))) { server in
            let client = RawClient(port: server.port)
            client.send(start)
            #expect(await client.receive() == "")
        }
    }

    @Test func `a second request has its own deadline`() async throws {
        let options = ServerOptions(idleTimeout: .milliseconds(200), requestDeadline: .milliseconds(200))
        try await withServer(options) { server in
            let client = RawClient(port: server.port)
            client.send(get("/"))
            _ = await client.receive { $0.hasSuffix("GET /\n") }
            client.send("GET / HTTP/1.1\r\n")
            #expect(await client.trickle("X-A: b\r\n", limit: 200) < 200)
        }
    }

    @Test func `a handler that takes too long is cancelled and answered for`() async throws {
        let cancelled = Gate()
        try await withServer(
            ServerOptions(handlerDeadline: .milliseconds(100)),
            handler: { request in
                if request.path == "/fast" { return ServerResponse(status: 200, text: "fast") }
                try? await Reply<Void>().value
                cancelled.open()
                return ServerResponse(status: 200, text: "too late")
            }
        ) { server in
            let client = RawClient(port: server.port)
            client.send(get("/slow"))
            let answer = await client.receive { $0.hasSuffix("took too long\n") }
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            await cancelled.wait()
            // On a busy machine a fast handler may be late as well: what counts is that the connection goes on.
            var last = ""
            for _ in 0..<100 where !last.hasSuffix("fast") {
                client.send(get("/fast"))
                last = await client.receive { $0.hasSuffix("fast") || $0.hasSuffix("took too long\n") }
            }
            #expect(last.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `closing lets cancelled handlers answer`() async throws {
        let arrived = Gate()
        let server = try HTTPServer { _ in
            arrived.open()
            try? await Reply<Void>().value
            return ServerResponse(status: 200, text: "cancelled")
        }
        let client = RawClient(port: server.port)
        client.send(get("/"))
        await arrived.wait()
        await server.close()
        #expect(await client.receive().hasSuffix("cancelled"))
        #expect(server.load == (0, 0))
    }

    @Test func `closing answers for handlers that do not end`() async throws {
        let arrived = Gate()
        let release = Gate()
        let server = try HTTPServer { _ in
            arrived.open()
            await release.wait()
            return ServerResponse(status: 200)
        }
        let client = RawClient(port: server.port)
        client.send(get("/"))
        await arrived.wait()
        await server.close(grace: .milliseconds(50))
        #expect(await client.receive().hasPrefix("HTTP/1.1 503"))
        #expect(server.load == (0, 0))
        release.open()
        await server.close()
    }

    @Test func `while it closes, kept connections are refused and new ones are not made`() async throws {
        let arrived = Gate()
        let release = Gate()
        let server = try HTTPServer { request in
            if request.path == "/hold" {
                arrived.open()
                await release.wait()
            }
            return ServerResponse(status: 200, text: "held")
        }
        let kept = RawClient(port: server.port)
        kept.send(get("/"))
        _ = await kept.receive { $0.hasSuffix("held") }
        let held = RawClient(port: server.port)
        held.send(get("/hold"))
        await arrived.wait()
        let closing = Task { await server.close(grace: .seconds(20)) }
        // A new connection is refused as soon as the listening socket is closed: that is the signal.
        await offPool { while RawClient(port: server.port).send("x") > 0 {} }
        kept.send(get("/"))
        #expect(await kept.receive().hasPrefix("HTTP/1.1 503"))
        release.open()
        #expect(await held.receive().hasSuffix("held"))
        await closing.value
    }

    @Test func `closing under load neither hangs nor leaves a request without an end`() async throws {
        let server = try HTTPServer { ServerResponse(status: 200, text: $0.path) }
        let clients = (0..<50).map { _ in RawClient(port: server.port) }
        await withTaskGroup { group in
            for client in clients {
                group.addTask {
                    await offPool { for number in 0..<100 where client.send(get("/\(number)")) < 0 { return } }
                }
                group.addTask { #expect(!(await client.receive().hasSuffix("TIMEOUT"))) }
            }
            group.addTask { await server.close() }
        }
        #expect(server.load == (0, 0))
    }

    @Test func `clients that reset in the midst of an answer harm nobody`() async throws {
        let body = [UInt8](repeating: 65, count: 3_000_000)
        try await withServer(handler: { _ in ServerResponse(status: 200, body: body) }) { server in
            for _ in 0..<50 {
                let client = RawClient(port: server.port)
                client.send(get("/"))
                _ = await client.receive { !$0.isEmpty }
                client.reset()
            }
            let client = RawClient(port: server.port)
            client.send(get("/", "Connection: close\r\n"))
            #expect(await client.receive().utf8.count > body.count)
        }
    }

    @Test func `a caller that is cancelled still closes in order`() async throws {
        let server = try HTTPServer { _ in ServerResponse(status: 200) }
        let closing = Task { await server.close() }
        closing.cancel()
        await closing.value
        #expect(server.load == (0, 0))
    }
}
