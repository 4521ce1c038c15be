import HTTPServer
import JSONValue
import Store
import Testing
import Webhooks

/// Nothing that happened is left out, whatever becomes of nodes, receivers and subscriptions.
@Suite(.timeLimit(.minutes(2)))
struct WebhookHistoryTests {
    @Test func `what was sent and not written down is sent again under the same id`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            try await rig.move(42, to: "triage.working.pending")
            await #expect(throws: StoreError.self) { try await rig.loop("a", DyingStore(rig.base)).round() }
            #expect(rig.receiver.ids == ["whtest-42-1"])
            // Another node takes over when the lease of the dead one has run out.
            #expect(try await rig.loop("b").round() == 0)
            rig.clock.advance(by: .seconds(21))
            try await rig.loop("b").round()
            #expect(rig.receiver.ids == ["whtest-42-1", "whtest-42-1"])
            #expect(Set(rig.receiver.messages.all.map(\.request.body)).count == 1)
            rig.clock.advance(by: .seconds(60))
            try await rig.loop("c").round()
            #expect(rig.receiver.messages.all.count == 2)
        }
    }

    @Test func `a disabled subscription gets nothing, and everything once it is enabled`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop()
            let desk = rig.desk(loop)
            _ = try await desk.change("whtest", .disable(reason: "for now"), actor: "person:ann")
            for id in 1...5 { try await rig.move(Int64(id), to: "triage.working.pending") }
            try await loop.round()
            #expect(rig.receiver.messages.all.isEmpty)
            rig.clock.advance(by: .seconds(20 * 86_400))
            _ = try await desk.change("whtest", .enable, actor: "person:ann")
            try await loop.round()
            #expect(Set(rig.receiver.messages.all.map(\.post)) == ["1", "2", "3", "4", "5"])
            #expect(rig.receiver.messages.all.count == 5)
        }
    }

    @Test func `a receiver that is down fills the queue to its limit, and loses nothing`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop { options in
                options.pendingLimit = 4
                options.page = 3
            }
            rig.receiver.answer(500)
            for id in 1...30 { try await rig.move(Int64(id), to: "triage.working.pending") }
            try await loop.round()
            #expect(try await rig.deliveries(.pending).count == 6)
            rig.receiver.answer(200)
            rig.clock.advance(by: .seconds(6))
            try await loop.round()
            #expect(try await rig.deliveries(.delivered).count == 30)
            #expect(try await rig.deliveries(.pending).isEmpty)
        }
    }

    @Test func `many macrosteps of one moment come once each, page by page`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop { $0.page = 7 }
            let states = ["triage.working.processing", "triage.working.pending"]
            for id in 1...10 { try await rig.move(Int64(id), to: "triage.working.pending") }
            for round in 0..<4 {
                for id in 1...10 { try await rig.move(Int64(id), to: states[round % 2]) }
            }
            try await loop.round()
            #expect(rig.receiver.messages.all.count == 50 && Set(rig.receiver.ids).count == 50)
        }
    }

    @Test func `a time is replayed, and one delivery, under the ids that they had`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop()
            let desk = rig.desk(loop)
            var moments: [Timestamp] = []
            for id in 1...4 {
                moments.append(rig.clock.now)
                try await rig.move(Int64(id), to: "triage.working.pending")
                rig.clock.advance(by: .seconds(3600))
            }
            try await loop.round()
            let first = rig.receiver.ids
            #expect(first.sorted() == (1...4).map { "whtest-\($0)-1" })
            _ = try await desk.change("whtest", .replay(from: moments[1], until: moments[3]), actor: "person:ann")
            try await loop.round()
            #expect(rig.receiver.ids.dropFirst(4).sorted() == ["whtest-2-1", "whtest-3-1"])
            #expect(try await rig.row().replay == nil)
            let row = try await rig.row()
            #expect(try await desk.redeliver("whtest-4-1", of: row, actor: "person:ann") != nil)
            try await loop.round()
            #expect(rig.receiver.ids.dropFirst(6) == ["whtest-4-1"])
            for id in ["whtest-4-2", "whtest-9-1", "other-4-1", "whtest-4", "whtest-x-1", ""] {
                #expect(try await desk.redeliver(id, of: row, actor: "person:ann") == nil)
            }
        }
    }

    @Test func `only what was asked for is told, by its most telling name`() async throws {
        let moves: [(states: String, type: String)] = [
            ("triage.working.pending", "post.created"), ("triage.working.processing", "post.transitioned"),
            ("triage.failed", "post.failed"), ("triage.working.pending", "post.transitioned"),
            ("review", "post.waiting_for_person"), ("post_queue.queued.pending", "post.transitioned"),
            ("published.watching", "post.published"), ("published.checking", "post.transitioned"),
            ("settled", "post.ended"),
        ]
        try await withRig { rig in
            try await rig.subscribe("post.published", "post.waiting_for_person")
            for move in moves { try await rig.move(42, to: move.states) }
            try await rig.loop().round()
            // Its stage failed, and that waits for a person too.
            #expect(
                rig.receiver.messages.all.map(\.type).sorted() == [
                    "post.published", "post.waiting_for_person", "post.waiting_for_person",
                ])
        }
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop { $0.parallel = 1 }
            for move in moves { try await rig.move(42, to: move.states) }
            try await loop.round()
            #expect(rig.receiver.messages.all.map(\.type) == moves.map(\.type))
        }
        try await withRig { rig in
            try await rig.subscribe()
            let terms = SubscriptionTerms(
                url: rig.receiver.url, topics: ["*"], stages: ["triage"], statuses: ["failed", "processing"])
            _ = try await rig.base.change(subscription: "whtest", .terms(terms), actor: "person:ann")
            for move in moves { try await rig.move(42, to: move.states) }
            try await rig.loop().round()
            #expect(rig.receiver.messages.all.map { $0.json["data"]?["status"] }.count == 2)
        }
    }

    @Test func `an address that is not public is not connected to, whatever its name`() async throws {
        for url in ["http://127.0.0.1:PORT/hook", "http://localhost:PORT/hook", "http://0x7f000001:PORT/hook"] {
            try await withRig(allowing: []) { rig in
                let port = "\(rig.receiver.server.port)"
                try await rig.subscribe(url: url.replacing("PORT", with: port))
                try await rig.move(42, to: "triage.working.pending")
                try await rig.loop().round()
                #expect(rig.receiver.messages.all.isEmpty)
                let delivery = try #require(try await rig.deliveries().first)
                #expect(delivery.state == .pending && delivery.status == nil)
                #expect(delivery.detail.contains("no public address"), "\(url): \(delivery.detail)")
            }
        }
    }
}
