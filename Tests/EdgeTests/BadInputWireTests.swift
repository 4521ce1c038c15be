import HTTPClient
import JSONValue
import Store
import TestSupport
import Testing

/// Bytes that are no request, and clients that do not finish one.
@Suite struct BadInputWireTests {
    @Test func `slow and half-open clients hold up nobody, and leave nothing behind`() async throws {
        try await withService(.sqlite) { edge in
            let port = edge.service.server.port
            let opened = (0..<50).map { _ in RawSocket(port: port) }
            for (number, socket) in opened.enumerated() {
                switch number % 5 {
                case 0: break
                case 1: socket.send("POST /v1/posts HT")
                case 2: socket.send("POST /v1/posts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
                case 3:
                    socket.send(
                        "POST /v1/posts HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{")
                default:
                    socket.send("GET /v1/posts HTTP/1.1\r\nHost: localhost\r\nX: ")
                    socket.finishSending()
                }
            }
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 202)
            try await edge.committed(post, "research", "pending")
            #expect(try await edge.get("/").status == 200)
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 1)
            withExtendedLifetime(opened) {}
        }
    }

    @Test func `a body that its sender does not finish is not taken`() async throws {
        try await withService(.sqlite) { edge in
            let socket = RawSocket(port: edge.service.server.port)
            let body = #"{"title": "whole"}"#
            socket.send(
                "POST /v1/posts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count + 1)\r\n\r\n\(body)")
            _ = try await edge.get("/livez")
            socket.end()
            try await eventually("the request is dropped") { edge.service.server.load.requests == 0 }
            let posts = try await edge.place.count("SELECT count(*) FROM posts")
            #expect(posts == 0)
        }
    }

    @Test func `ambiguous and malformed heads are refused with a problem document`() async throws {
        let heads = [
            "POST /v1/posts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "POST /v1/posts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "GET /v1/posts HTTP/1.1\r\n\r\n",
            "GET /v1/posts HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        ]
        try await withService(.sqlite) { edge in
            for head in heads {
                let socket = RawSocket(port: edge.service.server.port)
                socket.send(head)
                socket.finishSending()
                let answer = await socket.receiveAll()
                #expect(answer.hasPrefix("HTTP/1.1 400"), "\(head)")
                #expect(answer.contains("\"code\":\"bad_request\""), "\(head)")
            }
        }
    }

    @Test func `random bytes crash nothing and leave no request behind`() async throws {
        let starts = [
            "", "GET ", "POST /v1/posts HTTP/1.1\r\nHost: localhost\r\n", "GET /v1/posts?text=", "GET /posts/",
            "POST /callbacks/42-1/1 HTTP/1.1\r\nHost: x\r\n", "PUT /v1/endpoints/",
            "POST /v1/posts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n",
        ]
        try await withService(.sqlite) { edge in
            var random = SplitMix(state: 4711)
            for _ in 0..<300 {
                let socket = RawSocket(port: edge.service.server.port)
                socket.send(starts.randomElement(using: &random) ?? "")
                let count = Int.random(in: 1...400, using: &random)
                socket.send((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
                if Bool.random(using: &random) { socket.send("\r\n\r\n") }
            }
            #expect(try await edge.get("/livez").status == 200)
            // A request that its client left unfinished goes with the deadline for requests at the latest.
            try await eventually("no request and no connection is left", within: .seconds(60)) {
                let load = edge.service.server.load
                return load.requests == 0 && load.connections <= 1
            }
            let metrics = try await edge.get("/metrics").text
            #expect(metrics.contains("{status=\"200\"}") && !metrics.contains("{status=\"500\"}"))
        }
    }

    @Test func `random paths and queries are answered, never with an internal error`() async throws {
        try await withService(.sqlite) { edge in
            var random = SplitMix(state: 7)
            let parts = [
                "v1", "posts", "queue", "%00", "%ff", "..", "t3_", "42", "-1", "history", "99999999999999999999",
                "é".utf8.map { "%" + String($0, radix: 16) }.joined(),
            ]
            for _ in 0..<200 {
                let path = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    parts.randomElement(using: &random) ?? ""
                }
                let query = (0..<2).map { _ in
                    (parts.randomElement(using: &random) ?? "") + "=" + (parts.randomElement(using: &random) ?? "")
                }
                let status = try await edge.get("/" + path.joined(separator: "/") + "?" + query.joined(separator: "&"))
                    .status
                #expect(status < 500, "\(path) \(query)")
            }
        }
    }
}

/// Repeatable randomness: SplitMix64.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
