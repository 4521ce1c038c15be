import Crypto
import HTTPServer
import JSONValue
import Store
import Testing
import Webhooks

/// What is sent, how often, and to whom no more.
@Suite(.timeLimit(.minutes(2)))
struct WebhookDeliveryTests {
    @Test func `a delivery is signed, names facts alone, and comes once`() async throws {
        try await withRig { rig in
            let row = try await rig.subscribe()
            let loop = rig.loop()
            try await rig.move(42, to: "triage.working.pending", event: "start")
            try await loop.round()
            try await loop.round()
            let message = try #require(rig.receiver.messages.all.first)
            #expect(rig.receiver.messages.all.count == 1)
            #expect(message.id == "whtest-42-1" && message.type == "post.created")
            let secret = try #require(rig.desk(loop).secret(of: row))
            #expect(message.isSigned(by: secret, at: rig.clock.now.unixSeconds))
            #expect(!message.isSigned(by: WebhookSecret(bytes: [1, 2, 3]).exposed, at: rig.clock.now.unixSeconds))
            #expect(message.request.method == "POST" && message.request.headers["Content-Type"] == "application/json")
            let data = try #require(message.json["data"])
            #expect(data["post"] == "42" && data["fullname"] == "t3_16" && data["revision"] == 1)
            #expect(data["event"] == "start" && data["to"] == ["triage.working.pending"] && data["from"] == [])
            #expect(data["stage"] == "triage" && data["status"] == "pending" && data["waits_for"] == "work")
            let text = String(decoding: message.request.body, as: UTF8.self)
            #expect(!text.contains("nobody is told") && message.request.body.count < 20_000)
            let delivery = try #require(try await rig.deliveries().first)
            #expect(delivery.state == .delivered && delivery.status == 204 && delivery.attempts == 1)
            #expect(message.json["timestamp"]?.string == delivery.news.at.description)
        }
    }

    @Test func `both secrets sign while one is rotated out`() async throws {
        try await withRig { rig in
            let old = try await rig.subscribe()
            let loop = rig.loop()
            let desk = rig.desk(loop)
            let new = try #require(try await desk.rotate("whtest", actor: "person:ann"))
            let secrets = try [#require(desk.secret(of: old)), #require(desk.secret(of: new))]
            #expect(secrets[0] != secrets[1])
            try await rig.move(42, to: "triage.working.pending")
            try await loop.round()
            let during = try #require(rig.receiver.messages.all.last)
            #expect(during.signatures.count == 2)
            for secret in secrets { #expect(during.isSigned(by: secret, at: rig.clock.now.unixSeconds)) }
            rig.clock.advance(by: .seconds(86_400))
            try await rig.move(42, to: "triage.working.processing")
            try await loop.round()
            let after = try #require(rig.receiver.messages.all.last)
            #expect(after.id == "whtest-42-2" && after.signatures.count == 1)
            #expect(after.isSigned(by: secrets[1], at: rig.clock.now.unixSeconds))
            #expect(!after.isSigned(by: secrets[0], at: rig.clock.now.unixSeconds))
        }
    }

    @Test func `a delivery is tried again by the schedule, and the last failure disables`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop()
            rig.receiver.answer(500)
            try await rig.move(42, to: "triage.working.pending")
            for (index, wait) in DeliverySchedule.standard.waits.enumerated() {
                if wait > .zero {
                    rig.clock.advance(by: wait - .milliseconds(5))
                    try await loop.round()
                    #expect(rig.receiver.messages.all.count == index, "too early for attempt \(index + 1)")
                    rig.clock.advance(by: .milliseconds(5))
                }
                try await loop.round()
                #expect(rig.receiver.messages.all.count == index + 1, "attempt \(index + 1)")
            }
            #expect(Set(rig.receiver.ids) == ["whtest-42-1"])
            #expect(Set(rig.receiver.messages.all.map(\.request.body)).count == 1)
            let row = try await rig.row()
            #expect(row.state == .disabled && row.reason.contains("HTTP 500") && row.reason.contains("last time"))
            let delivery = try #require(try await rig.deliveries().first)
            #expect(delivery.state == .failed && delivery.attempts == 10)
            rig.clock.advance(by: .seconds(10 * 86_400))
            try await loop.round()
            #expect(rig.receiver.messages.all.count == 10)
        }
    }

    @Test func `a receiver that fails for five days is disabled, whatever is still to be tried`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop {
                $0.schedule = DeliverySchedule([.zero, .seconds(4 * 86_400), .seconds(86_400), .zero])
            }
            rig.receiver.answer(400)
            try await rig.move(42, to: "triage.working.pending")
            for days in [0, 4, 1] {
                #expect(try await rig.row().state == .active)
                rig.clock.advance(by: .seconds(days * 86_400))
                try await loop.round()
            }
            let row = try await rig.row()
            #expect(row.state == .disabled && row.reason.contains("every attempt since"))
            #expect(try await rig.deliveries().map(\.state) == [.pending])
        }
    }

    @Test func `one delivery that nobody can take stops neither the others nor the subscription`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop { $0.schedule = DeliverySchedule([.zero, .seconds(5), .seconds(5)]) }
            rig.receiver.behaviour.set { ServerResponse(status: $0.post == "1" ? 422 : 200) }
            for id in 1...20 { try await rig.move(Int64(id), to: "triage.working.pending") }
            try await loop.round()
            #expect(try await rig.deliveries(.delivered).count == 19)
            for id in 21...22 {
                rig.clock.advance(by: .seconds(6))
                try await rig.move(Int64(id), to: "triage.working.pending")
                try await loop.round()
            }
            #expect(try await rig.deliveries(.delivered).count == 21)
            #expect(try await rig.deliveries(.failed).map(\.news.post) == [PostID(1)])
            #expect(try await rig.row().state == .active)
        }
    }

    @Test func `410 disables at once, and a redirect is a failure that is not followed`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop()
            rig.receiver.answer(302, [("Location", rig.receiver.url)])
            try await rig.move(42, to: "triage.working.pending")
            try await loop.round()
            #expect(rig.receiver.messages.all.count == 1)
            #expect(try await rig.deliveries().first?.detail.contains("redirects are not followed") == true)
            rig.receiver.answer(410)
            try await rig.move(43, to: "triage.working.pending")
            try await loop.round()
            let row = try await rig.row()
            #expect(row.state == .disabled && row.reason.contains("410"))
            rig.clock.advance(by: .seconds(60))
            try await rig.move(44, to: "triage.working.pending")
            try await loop.round()
            #expect(rig.receiver.messages.all.count == 2)
        }
    }

    @Test(arguments: [429, 502, 503, 504])
    func `who says when to come again is not called before`(status: Int) async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop { $0.parallel = 1 }
            rig.receiver.answer(status, [("Retry-After", "120")])
            for id in 1...3 { try await rig.move(Int64(id), to: "triage.working.pending") }
            try await loop.round()
            #expect(rig.receiver.messages.all.count == 1)
            rig.receiver.answer(200)
            rig.clock.advance(by: .seconds(119))
            try await loop.round()
            #expect(rig.receiver.messages.all.count == 1)
            rig.clock.advance(by: .seconds(1))
            try await loop.round()
            #expect(Set(rig.receiver.messages.all.dropFirst().map(\.post)) == ["1", "2", "3"])
            #expect(try await rig.row().failingSince == nil)
        }
    }

    @Test func `a date in Retry-After counts as well, and nonsense does not`() async throws {
        try await withRig { rig in
            try await rig.subscribe()
            let loop = rig.loop()
            // The rig's clock begins at 2027-01-15T08:00:00Z.
            rig.receiver.answer(503, [("Retry-After", "Fri, 15 Jan 2027 08:10:00 GMT")])
            try await rig.move(1, to: "triage.working.pending")
            try await loop.round()
            let until = try #require(try await rig.row().pausedUntil)
            #expect(abs(until.unixSeconds - (Timestamp("2027-01-15T08:10:00Z")?.unixSeconds ?? 0)) <= 1)
            rig.clock.advance(by: .seconds(601))
            rig.receiver.answer(503, [("Retry-After", "soon")])
            try await loop.round()
            #expect(try await rig.row().pausedUntil == until)
        }
    }
}
