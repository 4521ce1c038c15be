import Fakes
import HTTPClient
import JSONValue
import Testing
import Threads

@testable import Reddit

/// The client against the fake Reddit, over real sockets.
@Suite struct RedditClientTests {
    @Test func `one token serves many tasks at once`() async throws {
        try await RedditPair.with { pair in
            _ = try await pair.post()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await pair.client.newest(in: ["science"]) } }
                try await group.waitForAll()
            }
            let requests = try await pair.control("state")["requests"]
            #expect(requests?["token"]?.int == 1)
            #expect(requests?["listing"]?.int == 20)
        }
    }

    @Test func `a token is renewed before it ends and once after a 401`() async throws {
        let offset = Locked(Duration.zero)
        var clock = RedditFixtures.hastyClock
        clock.now = { RedditClock.system.now() + offset.withLock { $0 } }
        try await RedditPair.with({ $0.tokenLifetime = 3600 }, clock: clock) { pair in
            _ = try await pair.post()
            _ = try await pair.client.newest(in: ["science"])
            offset.withLock { $0 = .seconds(3541) }
            _ = try await pair.client.newest(in: ["science"])
            #expect(try await pair.control("state")["requests"]?["token"]?.int == 2)
            try await pair.control("faults", ["route": "listing", "fault": "401", "times": 1])
            _ = try await pair.client.newest(in: ["science"])
            #expect(try await pair.control("state")["requests"]?["token"]?.int == 3)
            try await pair.control("faults", ["route": "listing", "fault": "401", "times": 2])
            await #expect { try await pair.client.newest(in: ["science"]) } throws: {
                ($0 as? RedditError)?.code == .unauthorized
            }
        }
    }

    @Test func `a refused account is told by name and not asked for over and over`() async throws {
        try await RedditPair.with(client: { $0.credential = .password("wrong-password") }) { pair in
            for _ in 0..<3 {
                await #expect { try await pair.client.newest(in: ["science"]) } throws: {
                    ($0 as? RedditError)?.code == .tokenRefused && !"\($0)".contains("wrong-password")
                }
            }
            let requests = try await pair.control("state")["requests"]
            #expect(requests?["token"]?.int == 1)
        }
    }

    @Test func `a refresh token works too and the application has a token of its own`() async throws {
        try await RedditPair.with(client: { $0.credential = .refreshToken("fake-refresh-token") }) { pair in
            let me = try await pair.client.get("/api/v1/me")
            #expect(me["name"] == "rejoinder_bot")
            await #expect { try await pair.client.get("/api/v1/me", as: .application) } throws: {
                ($0 as? RedditError)?.code == .forbidden
            }
        }
    }

    @Test func `a spent window is an error that says how long`() async throws {
        try await RedditPair.with({ $0.quota = 3 }) { pair in
            _ = try await pair.post()
            for _ in 0..<3 { _ = try await pair.client.get("/api/v1/me") }
            await #expect { try await pair.client.get("/api/v1/me") } throws: {
                let error = $0 as? RedditError
                return error?.code == .rateLimited && (error?.retryAfter ?? .zero) > .seconds(5)
            }
            // Known without asking.
            #expect(try await pair.control("state")["requests"]?["me"]?.int == 3)
            await #expect { try await pair.client.newest(in: ["science"]) } throws: {
                ($0 as? RedditError)?.code == .rateLimited
            }
        }
    }

    @Test func `a 429 holds back all calls until its time has passed`() async throws {
        let slept = Locked<[Duration]>([])
        let offset = Locked(Duration.zero)
        let clock = RedditClock(
            now: { RedditClock.system.now() + offset.withLock { $0 } },
            sleep: { span in
                slept.withLock { $0.append(span) }
                offset.withLock { $0 = $0 + span }
            }, random: { 0 })
        try await RedditPair.with(clock: clock) { pair in
            _ = try await pair.post()
            try await pair.control("faults", ["route": "listing", "fault": "429", "times": 1, "retry_after": 3])
            await #expect { try await pair.client.newest(in: ["science"]) } throws: {
                ($0 as? RedditError)?.retryAfter == .seconds(3)
            }
            _ = try await pair.client.newest(in: ["science"])
            let span = try #require(slept.withLock { $0.first })
            #expect(span > .seconds(2) && span <= .seconds(3))
        }
    }

    @Test func `secrets are in no description`() {
        var options = RedditFixtures.options(port: 1)
        options.credential = .refreshToken("very-secret")
        var dumped = ""
        dump(options, to: &dumped)
        for text in ["\(options)", String(reflecting: options), dumped] {
            #expect(!text.contains("very-secret") && !text.contains("fake-client-secret"))
        }
    }
}
