import Glibc
import HTTPClient
import HTTPServer
import Testing
import Threads

/// What goes wrong, and whether the request may have arrived all the same.
@Suite struct HTTPClientFailureTests {
    private func withClient(_ test: (HTTPClient) async throws -> Void) async throws {
        let client = HTTPClient(userAgent: "test/1")
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

    /// A port that was just free: nobody listens there.
    private func freePort() -> UInt16 { RawListener().port }

    @Test func `a refused connection was not sent`() async throws {
        try await withClient { client in
            let error = try await failure(client, HTTPRequest(method: "POST", url: "http://127.0.0.1:\(freePort())/"))
            #expect(error.code == .couldNotConnect && !error.wasSent && error.curlCode == 7)
        }
    }

    @Test func `a name that does not exist was not sent`() async throws {
        try await withClient { client in
            let error = try await failure(client, HTTPRequest(url: "http://nowhere.invalid/", timeout: .seconds(5)))
            #expect([.couldNotResolve, .timedOut].contains(error.code) && !error.wasSent)
        }
    }

    @Test func `a server that closes after reading was sent to`() async throws {
        let listener = RawListener()
        try await withClient { client in
            async let closing: Void = listener.acceptReadAndClose()
            let error = try await failure(
                client, HTTPRequest(method: "POST", url: "http://127.0.0.1:\(listener.port)/"))
            await closing
            #expect(error.code == .connectionBroken && error.wasSent)
        }
    }

    @Test func `a server that never answers times out and was sent to`() async throws {
        let listener = RawListener()
        try await withClient { client in
            let url = "http://127.0.0.1:\(listener.port)/"
            let error = try await failure(client, HTTPRequest(url: url, timeout: .milliseconds(200)))
            #expect(error.code == .timedOut && error.wasSent)
        }
    }

    @Test func `a TLS handshake that fails was not sent`() async throws {
        try await withServer { server in
            try await withClient { client in
                let error = try await failure(client, HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
                #expect(error.code == .tls && !error.wasSent)
            }
        }
    }

    @Test func `a TLS handshake that hangs was not sent`() async throws {
        let listener = RawListener()
        try await withClient { client in
            let url = "https://127.0.0.1:\(listener.port)/"
            for request in [
                HTTPRequest(url: url, timeout: .milliseconds(200)),
                HTTPRequest(url: url, connectTimeout: .milliseconds(200)),
            ] {
                let error = try await failure(client, request)
                #expect(error.code == .timedOut && !error.wasSent)
            }
        }
    }

    @Test func `a cancelled request is gone when send returns`() async throws {
        let listener = RawListener()
        try await withClient { client in
            let sending = Task { try await client.send(HTTPRequest(url: "http://127.0.0.1:\(listener.port)/")) }
            let ended = await offPool {
                let connection = accept(listener.descriptor, nil, nil)
                var bytes = [UInt8](repeating: 0, count: 65_536)
                let first = recv(connection, &bytes, bytes.count, 0)
                sending.cancel()
                // Nothing more comes: the end of the connection shows that the transfer is gone.
                let second = recv(connection, &bytes, bytes.count, 0)
                close(connection)
                return first > 0 && second <= 0
            }
            #expect(ended)
            let error = await #expect(throws: HTTPClientError.self) { _ = try await sending.value }
            #expect(error?.code == .cancelled && error?.wasSent == true)
        }
    }

    @Test func `a request cancelled before it began was not sent`() async throws {
        try await withClient { client in
            let gate = Gate()
            let sending = Task {
                await gate.wait()
                return try await client.send(HTTPRequest(url: "http://127.0.0.1:\(freePort())/"))
            }
            sending.cancel()
            gate.open()
            let error = await #expect(throws: HTTPClientError.self) { _ = try await sending.value }
            #expect(error?.code == .cancelled && error?.wasSent == false)
        }
    }

    @Test func `closing ends what is under way and refuses what follows`() async throws {
        let listener = RawListener()
        let client = HTTPClient(userAgent: "test/1")
        let request = HTTPRequest(url: "http://127.0.0.1:\(listener.port)/")
        let sending = Task { try await client.send(request) }
        let connection = await offPool {
            let connection = accept(listener.descriptor, nil, nil)
            var byte: UInt8 = 0
            recv(connection, &byte, 1, 0)
            return connection
        }
        await client.close()
        let error = await #expect(throws: HTTPClientError.self) { _ = try await sending.value }
        #expect(error?.code == .stopped && error?.wasSent == true)
        let later = try await failure(client, request)
        #expect(later.code == .stopped && !later.wasSent)
        await client.close()
        close(connection)
    }

    @Test func `a connection that died while kept does not send twice, if that is forbidden`() async throws {
        // Answers the first request on each connection, cuts the connection at the second, and counts.
        let counts = Locked<[String: Int]>([:])
        try await withServer(handler: { request in
            counts.withLock { $0[request.path, default: 0] += 1 }
            return ServerResponse(status: 200, connection: request.path == "/cut" ? .drop : .keep)
        }) { server in
            try await withClient { client in
                let base = "http://127.0.0.1:\(server.port)"
                _ = try await client.send(HTTPRequest(url: base + "/warm"))
                let once = HTTPRequest(method: "POST", url: base + "/cut", body: [1], reusesConnection: false)
                let error = try await failure(client, once)
                #expect(error.code == .connectionBroken && error.wasSent)
                #expect(counts.withLock { $0["/cut"] } == 1)
                // And this is why: the kept connection is cut, and curl asks again on a new one by itself.
                let again = HTTPRequest(method: "POST", url: base + "/cut", body: [1])
                #expect(try await failure(client, again).wasSent)
                #expect(counts.withLock { $0["/cut"] } == 3)
            }
        }
    }
}
