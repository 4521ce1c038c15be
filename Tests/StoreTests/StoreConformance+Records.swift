import JSONValue
import Store
import Testing

extension StoreConformance {
    @Test(arguments: StoreKind.all) func `a comment is one row while it lives`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.comments = [.sample($0.post)] }
            var comment = CommentRow.sample(post, state: .posted)
            comment.commentID = "t1_x"
            comment.detail = ["new": true]
            let at = try await subject.step(post) { $0.comments = [comment] }.at
            comment.updatedAt = at
            #expect(try await subject.store.comments(of: post) == [comment])
            try await subject.step(post) { $0.comments = [.sample(post, account: "other")] }
            #expect(try await subject.store.comments(of: post).count == 2)
            #expect(try await subject.store.comments(of: PostID(8)).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `a comment can follow one that ended`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.comments = [.sample($0.post)] }
            for state in [CommentRow.State.failed, .queued, .cancelled, .sending] {
                try await subject.step(post) { $0.comments = [.sample(post, state: state)] }
            }
            let states = try await subject.store.comments(of: post).map(\.state)
            #expect(states == [.failed, .cancelled, .sending])
        }
    }

    @Test(arguments: StoreKind.all) func `limits never move back`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            func limit(_ microseconds: Int64) -> LimitWrite {
                LimitWrite(key: "account", nextAt: Timestamp(microseconds: microseconds))
            }
            try await subject.create(7) { $0.limits = [limit(2000), limit(1000)] }
            try await subject.create(8) { $0.limits = [limit(1500)] }
            let expected = ["account": Timestamp(microseconds: 2000)]
            #expect(try await subject.store.limits(["account", "nobody"]) == expected)
            try await subject.create(9) { $0.limits = [limit(2500)] }
            #expect(try await subject.store.limits(["account"])["account"] == Timestamp(microseconds: 2500))
            #expect(try await subject.store.limits([]).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `an event in the inbox is consumed once`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7)
            let stored = try await subject.store.emit([
                InboxEvent(post: post, event: "first", data: ["a": 1], actor: "tool:x"),
                InboxEvent(post: PostID(99), event: "lost", data: [:], actor: "tool:x"),
                InboxEvent(post: post, event: "second", data: [:], actor: "tool:x"),
            ])
            #expect(stored == 2)
            let events = try await subject.store.inbox(after: 0, limit: 10)
            #expect(events.map(\.event) == ["first", "second"])
            #expect(events.first?.data == ["a": 1])
            #expect(events.first?.actor == "tool:x")
            #expect(try await subject.store.inbox(after: events[0].id, limit: 10) == [events[1]])
            #expect(try await subject.store.inbox(after: 0, limit: 1) == [events[0]])
            #expect(try await subject.store.post(post)?.pendingEvents == 2)
            try await subject.step(post) { $0.consumedInbox = [events[0].id] }
            #expect(try await subject.store.inbox(after: 0, limit: 10) == [events[1]])
        }
    }

    @Test(arguments: StoreKind.all) func `a macrostep emits to posts that exist`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7)
            try await subject.step(post) { write in
                write.emitted = [7, 8].map { InboxEvent(post: PostID($0), event: "e\($0)", data: [:], actor: "p") }
            }
            #expect(try await subject.store.inbox(after: 0, limit: 10).map(\.event) == ["e7"])
        }
    }

    @Test(arguments: StoreKind.all) func `an event for all posts of a filter`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.create(1, community: "a")
            try await subject.create(2, community: "b")
            try await subject.create(3, community: "a")
            var filter = PostFilter()
            filter.community = "a"
            func emit(limit: Int, dryRun: Bool) async throws -> Int {
                try await subject.store.emit(
                    toAll: filter, event: "retry", data: ["x": 1], actor: "person:ann", limit: limit, dryRun: dryRun)
            }
            #expect(try await emit(limit: 10, dryRun: true) == 2)
            #expect(try await subject.count("inbox") == 0)
            #expect(try await emit(limit: 10, dryRun: false) == 2)
            let events = try await subject.store.inbox(after: 0, limit: 10)
            #expect(Set(events.map(\.post)) == [PostID(1), PostID(3)])
            #expect(events.allSatisfy { $0.event == "retry" && $0.data == ["x": 1] && $0.actor == "person:ann" })
            #expect(try await emit(limit: 1, dryRun: false) == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `a receipt remembers the first answer`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let first = Receipt(scope: "s", id: "i", bodyHash: "h1", answer: ["status": 200])
            let second = Receipt(scope: "s", id: "i", bodyHash: "h2", answer: ["status": 201])
            let elsewhere = Receipt(scope: "t", id: "i", bodyHash: "h3", answer: .null)
            let unknown = try await subject.store.receipt(scope: "s", id: "i")
            #expect(unknown == nil)
            #expect(try await subject.store.remember(first) == nil)
            #expect(try await subject.store.remember(second) == first)
            #expect(try await subject.store.remember(elsewhere) == nil)
            #expect(try await subject.store.receipt(scope: "s", id: "i") == first)
        }
    }

    @Test(arguments: StoreKind.all) func `receipts are forgotten after four days`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let old = Receipt(scope: "s", id: "old", bodyHash: "h", answer: .null)
            let new = Receipt(scope: "s", id: "new", bodyHash: "h", answer: .null)
            _ = try await subject.store.remember(old)
            try await subject.advance(.seconds(3 * 86_400))
            try await subject.store.maintain()
            #expect(try await subject.store.receipt(scope: "s", id: "old") == old)
            _ = try await subject.store.remember(new)
            try await subject.advance(.seconds(86_400 + 60))
            try await subject.store.maintain()
            #expect(try await subject.store.receipt(scope: "s", id: "old") == nil)
            #expect(try await subject.store.receipt(scope: "s", id: "new") == new)
        }
    }

    @Test(arguments: StoreKind.all) func `deliveries, costs and the audit are logged`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { write in
                write.deliveries = [.sample(write.post)]
                write.costs = [.sample(write.post), .sample(write.post)]
            }
            try await subject.store.record([.sample(post, verdict: .stale), .sample(post, verdict: .duplicate)])
            try await subject.store.record([])
            try await subject.store.record(
                AuditRow(actor: "person:ann", action: "drain", subject: "one", detail: ["x": 1]))
            #expect(try await subject.count("deliveries") == 3)
            #expect(try await subject.scalar("SELECT count(*) FROM deliveries WHERE verdict = 'stale'") == 1)
            #expect(try await subject.scalar("SELECT count(*) FROM deliveries WHERE post_id = 7 AND number = 1") == 3)
            #expect(try await subject.scalar("SELECT sum(microdollars) FROM costs") == 14)
            #expect(try await subject.scalar("SELECT count(*) FROM audit WHERE action = 'drain'") == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `results come back oldest first`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            func result(_ stage: String) -> ResultRow {
                ResultRow(
                    post: PostID(7), stage: stage, result: ["text": .string("\(stage) ä")], hash: "h", attempt: "7-1/1")
            }
            let post = try await subject.create(7) { $0.results = [result("triage")] }
            let at = try await subject.step(post) { $0.results = [result("research"), result("response")] }.at
            let results = try await subject.store.results(post)
            #expect(results.map(\.stage) == ["triage", "research", "response"])
            var expected = result("research")
            expected.createdAt = at
            #expect(results[1] == expected)
        }
    }

    @Test(arguments: StoreKind.all) func `a chart stays as it was first kept`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            #expect(try await subject.store.chartSource(digest: "d") == nil)
            try await subject.store.saveChart(digest: "d", id: "post", source: "one")
            try await subject.store.saveChart(digest: "d", id: "post", source: "two")
            #expect(try await subject.store.chartSource(digest: "d") == "one")
        }
    }
}
