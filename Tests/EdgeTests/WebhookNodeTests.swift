import HTTPServer
import JSONValue
import Store
import TestSupport
import Testing
import Threads
import Webhooks

/// Nodes that lack a chart, clocks that go back, loops that run by themselves.
@Suite(.timeLimit(.minutes(2)))
struct WebhookNodeTests {
    /// A database whose clock a test sets back.
    private final class TurnedBack: StoreWrapper {
        let base: any Store
        let span = Shared(Duration.zero)
        init(_ base: any Store) { self.base = base }

        func settledHistory() async throws -> SettledHistory {
            let settled = try await base.settledHistory()
            let span = span.value
            return SettledHistory(now: settled.now - span, horizon: settled.horizon - span)
        }
    }

    @Test func `macrosteps of a chart that a node lacks wait for one that has it, though not for ever`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop()
            try await rig.move(1, to: "triage.working.pending")
            try await rig.move(2, to: "elsewhere", chart: "another chart")
            try await rig.move(3, to: "triage.working.pending")
            try await loop.round()
            rig.clock.advance(by: .seconds(300))
            try await loop.round()
            #expect(rig.receiver.messages.all.map(\.post) == ["1"])
            rig.clock.advance(by: .seconds(301))
            try await loop.round()
            #expect(Set(rig.receiver.messages.all.map(\.post)) == ["1", "2", "3"])
            let foreign = try #require(rig.receiver.messages.all.first { $0.post == "2" })
            #expect(foreign.json["data"]?["to"] == ["elsewhere"] && foreign.json["data"]?["stage"] == "")
        }
    }

    @Test func `a database whose clock went back is read again from there`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let store = TurnedBack(rig.base)
            let loop = rig.loop("node", store)
            try await rig.move(1, to: "triage.working.pending")
            rig.clock.advance(by: .seconds(3600))
            try await loop.round()
            // As if the clock had been an hour ahead: what is committed now is from before the place that was read.
            rig.clock.advance(by: .seconds(-3000))
            store.span.set(.zero)
            try await rig.move(2, to: "triage.working.pending")
            try await loop.round()
            #expect(rig.receiver.messages.all.map(\.post) == ["1", "2"])
        }
    }

    @Test func `long names are cut, so that a message stays small`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let long = (0..<100).map { "\($0)." + String(repeating: "\u{1F600}\"", count: 500) }
            try await rig.move(1, to: long, event: long[0])
            try await rig.loop().round()
            let message = try #require(rig.receiver.messages.all.first)
            #expect(message.request.body.count < 20_000 && message.json["data"]?["to"]?.array?.count == 32)
        }
    }

    @Test func `loops that run by themselves tell what happens, and a slow receiver holds up nobody`() async throws {
        try await withRig { rig in
            let gate = Latch()
            rig.receiver.behaviour.set { message in
                if message.id.hasPrefix("whslow") { await gate.wait() }
                return ServerResponse(status: 200)
            }
            try await rig.subscribe()
            _ = try await rig.base.subscribe(
                "whslow", SubscriptionTerms(url: rig.receiver.url, topics: ["*"]),
                secret: .init(keyID: rig.keys.currentID, generation: 1), actor: "person:ann")
            rig.clock.advance(by: .milliseconds(1))
            let loop = rig.loop { $0.poll = .milliseconds(5) }
            let running = Task { await loop.run() }
            for id in 1...20 {
                try await rig.move(Int64(id), to: "triage.working.pending")
                _ = try await rig.receiver.messages.number(1, of: "message \(id)") { $0.id == "whtest-\(id)-1" }
            }
            #expect(rig.receiver.ids.contains { $0.hasPrefix("whslow") })
            #expect(
                try await rig.base.webhookDeliveries(of: "whslow", state: .delivered, before: nil, limit: 9).isEmpty)
            gate.happen()
            for id in 1...20 {
                _ = try await rig.receiver.messages.number(1, of: "message \(id)") { $0.id == "whslow-\(id)-1" }
            }
            running.cancel()
            await running.value
            #expect(try await rig.base.subscriptions().allSatisfy { $0.owner == nil })
        }
    }
}
