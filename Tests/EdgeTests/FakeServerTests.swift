import Crypto
import FoundationEssentials
import HTTPClient
import HTTPServer
import JSONValue
import Testing
import Threads

@testable import Fakes

/// The fakes over real sockets.
@Suite struct FakeServerTests {
    private let client = HTTPClient(userAgent: FakeFixtures.agent)

    private func send(
        _ method: String, _ port: UInt16, _ path: String, _ headers: [(String, String)] = [], _ body: String = ""
    ) async throws -> (status: Int, json: JSON?) {
        let request = HTTPRequest(
            method: method, url: "http://127.0.0.1:\(port)\(path)", headers: headers, body: Array(body.utf8),
            reusesConnection: false)
        let response = try await client.send(request)
        return (response.status, try? JSON.parse(response.body))
    }

    private func token(_ port: UInt16) async throws -> [(String, String)] {
        let answer = try await send(
            "POST", port, "/api/v1/access_token",
            [("Authorization", FakeFixtures.basic), ("Content-Type", "application/x-www-form-urlencoded")],
            "grant_type=password&username=rejoinder_bot&password=fake-password")
        return [("Authorization", "bearer " + (try #require(answer.json?["access_token"]?.string)))]
    }

    @Test func `a fake Reddit that was closed keeps its comments in its file`() async throws {
        var options = FakeRedditOptions()
        options.madeUp = 5
        options.state = FakeFixtures.path("reddit")
        options.faults = [try FaultRule("comment:drop_after")]
        defer { try? FileManager.default.removeItem(atPath: options.state ?? "") }
        let first = try FakeReddit(options: options)
        try first.start()
        let auth = try await token(first.port)
        let listing = try await send("GET", first.port, "/r/all/new?raw_json=1", auth)
        let thing = try #require(listing.json?["data"]?["children"]?[0]?["data"]?["name"]?.string)
        await #expect(throws: HTTPClientError.self) {
            _ = try await send("POST", first.port, "/api/comment", auth, "thing_id=\(thing)&text=hello")
        }
        await first.close()

        let second = try FakeReddit(options: options)
        try second.start()
        let state = try await send("GET", second.port, "/_control/state")
        #expect(state.json?["comments"]?.array?.count == 1)
        #expect(state.json?["comments"]?[0]?["thing_id"]?.string == thing)
        let names = try await send("GET", second.port, "/r/all/new?raw_json=1", try await token(second.port))
        #expect(names.json?["data"]?["children"]?[0]?["data"]?["name"]?.string == thing)
        await second.close()
    }

    @Test func `hundreds of communities fit in one request`() async throws {
        let fake = try FakeReddit(options: FakeRedditOptions())
        try fake.start()
        let names = (0..<233).map { "a_community_number_\($0)" }
        let posts = names.map { #"{"subreddit": "\#($0)", "title": "t"}"# }.joined(separator: ",")
        _ = try await send("POST", fake.port, "/_control/posts", [], #"{"posts": [\#(posts)]}"#)
        let auth = try await token(fake.port)
        let page = try await send("GET", fake.port, "/r/\(names.joined(separator: "+"))/new?limit=100", auth)
        #expect(page.status == 200)
        #expect(page.json?["data"]?["dist"] == 100)
        let encoded = try await send("GET", fake.port, "/r/\(names.prefix(2).joined(separator: "%2B"))/new", auth)
        #expect(encoded.json?["data"]?["dist"] == 2)
        await fake.close()
    }

    @Test func `the chat endpoint answers with health, models and completions`() async throws {
        var options = FakeLLMOptions(role: .chat)
        options.clock = FakeFixtures.stoppedClock
        let fake = try FakeLLM(options: options)
        try fake.start()
        #expect(try await send("GET", fake.port, "/health").status == 200)
        #expect(try await send("GET", fake.port, "/v1/models").json?["data"]?[0]?["id"] == "fake-model")
        let body = #"{"messages":[{"role":"user","content":"{\"post\":{\"title\":\"What?\"}}"}]}"#
        let answer = try await send("POST", fake.port, "/v1/chat/completions", [], body)
        #expect(answer.json?["choices"]?[0]?["message"]?["content"]?.string?.contains("reject") == true)
        await fake.close()
    }

    /// A receiver of callbacks that answers as the list says, then 202.
    private final class Receiver: Sendable {
        private struct State {
            var statuses: [Int]
            var ended: [(id: String, body: JSON)] = []
            var progress = 0
        }

        private let state: Locked<State>
        private let enough: Int
        let done = Reply<Void>()

        init(_ statuses: [Int], enough: Int) {
            state = Locked(State(statuses: statuses))
            self.enough = enough
        }

        var ended: [(id: String, body: JSON)] { state.withLock { $0.ended } }
        var progress: Int { state.withLock { $0.progress } }

        func take(_ request: ServerRequest) -> ServerResponse {
            let body = (try? JSON.parse(request.body)) ?? .null
            let (status, isEnough) = state.withLock { state -> (Int, Bool) in
                guard body["type"] != "job.progress" else {
                    state.progress += 1
                    return (202, false)
                }
                state.ended.append((id: request.headers["webhook-id"] ?? "", body: body))
                return (state.statuses.isEmpty ? 202 : state.statuses.removeFirst(), state.ended.count >= enough)
            }
            if isEnough { done.resolve(.success(())) }
            return ServerResponse(status: status, headers: [("Retry-After", "0")])
        }
    }

    @Test(
        arguments: [("", [503, 500], 3), ("*:twice", [], 2), ("*:early", [], 1), ("*:late:delay_ms=60000", [429], 2)]
            as [(String, [Int], Int)])
    func `the agent calls back until it is heard, under one id`(
        fault: String, statuses: [Int], calls: Int
    ) async throws {
        let receiver = Receiver(statuses, enough: calls)
        let server = try HTTPServer { receiver.take($0) }
        var options = FakeLLMOptions(role: .research)
        options.clock = FakeFixtures.stoppedClock
        if !fault.isEmpty { options.faults = [try FaultRule(fault)] }
        let fake = try FakeLLM(options: options)
        try fake.start()
        let start = FakeAgentTests.start("7-1", url: "http://127.0.0.1:\(server.port)/callbacks/7-1/1")
        let answer = try await send(
            "POST", fake.port, "/jobs", [("Idempotency-Key", "7-1/1")], String(decoding: start.body, as: UTF8.self))
        #expect(answer.status == 202)
        if fault == "*:early" { #expect(receiver.ended.count == 1) }
        try await receiver.done.value
        #expect(Set(receiver.ended.map(\.id)).count == 1)
        #expect(receiver.ended.allSatisfy { $0.body["type"] == "job.completed" })
        #expect(receiver.progress == (fault == "*:early" ? 0 : 2))
        await fake.close()
        #expect(receiver.ended.count == calls)
        await server.close()
    }
}
