import JSONValue
import Store
import Testing

/// What every implementation of the seam promises. A behaviour found in one database is first a new case here.
@Suite(.timeLimit(.minutes(2)))
struct StoreConformance {
    @Test(arguments: StoreKind.all) func `ingest is idempotent`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.create(7)
            let before = try await subject.fingerprint()
            let again = try await subject.commit(.creation(7, title: "Another title"), batch: "again")
            #expect(again.winners.isEmpty)
            #expect(try await subject.fingerprint() == before)
            #expect(try await subject.store.submission(PostID(7)) == .sample(PostID(7)))
            #expect(try await subject.store.existing([PostID(7), PostID(8)]) == [PostID(7)])
        }
    }

    @Test(arguments: StoreKind.all) func `a post comes back as it was written`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            var state = PostState.sample(stage: "research", status: "processing", waitsFor: .work)
            state.assignedTo = "one"
            state.assignedAt = Timestamp(microseconds: 1)
            state.processedAt = Timestamp(microseconds: 1_700_000_000_000_007)
            state.retryCount = 3
            state.metadata = ["deep": [["a": [1, 2.5, true, .null, "\u{1F600}"]]], "big": .int(.max)]
            state.memory = [1, ["x": []]]
            state.configuration = ["a.b", "c,d", "{e}", "\"f\"", ""]
            let post = try await subject.create(7, state: state)
            #expect(try await subject.store.posts([post, PostID(9)]) == [PostRow(id: post, revision: 1, state: state)])
            #expect(try await subject.store.posts([]).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `a stale revision loses and leaves no trace`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7)
            _ = try await subject.store.emit([InboxEvent(post: post, event: "e", data: [:], actor: "a")])
            let inbox = try await subject.store.inbox(after: 0, limit: 10).map(\.id)
            let before = try await subject.fingerprint()
            for stale in [Int64(2), 0] {
                var write = PostWrite(
                    post: post, expectedRevision: stale, submission: stale == 0 ? .sample(post) : nil, state: .sample(),
                    transitions: [.sample(post)])
                write.fill(consuming: inbox)
                #expect(try await subject.commit(write, batch: "stale").winners.isEmpty)
            }
            #expect(try await subject.fingerprint() == before)
            #expect(try await subject.store.limits(["account"]).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `a write for a post that is not there loses`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let before = try await subject.fingerprint()
            var write = PostWrite(
                post: PostID(3), expectedRevision: 1, state: .sample(), transitions: [.sample(PostID(3))])
            write.fill()
            #expect(try await subject.commit(write).winners.isEmpty)
            #expect(try await subject.fingerprint() == before)
        }
    }

    @Test(arguments: StoreKind.all) func `a loser does not hold up the others`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let old = try await subject.create(7)
            var loser = PostWrite(post: old, expectedRevision: 5, state: .sample(), transitions: [.sample(old)])
            loser.fill()
            var winner = PostWrite.creation(8)
            winner.fill()
            let result = try await subject.commit(loser, winner, .creation(9), batch: "mixed")
            #expect(result.winners == [PostID(8), PostID(9)])
            #expect(try await subject.store.posts([old]).map(\.revision) == [1])
            #expect(try await subject.count("jobs") == 1)
            #expect(try await subject.count("inbox") == 1)
            #expect(try await subject.store.job(JobKey(post: old, number: 9)) == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `macrosteps of one write have consecutive revisions`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            let post = try await subject.create(7)
            let result = try await subject.step(post) { write in
                write.transitions = ["a", "b", "c"].map { .sample(post, event: $0) }
            }
            #expect(try await subject.store.posts([post]).map(\.revision) == [4])
            let history = try await subject.store.history(post, after: 1, limit: 10)
            #expect(history.map(\.revision) == [2, 3, 4])
            #expect(history.map(\.event) == ["a", "b", "c"])
            #expect(history.allSatisfy { $0.at == result.at })
            #expect(try await subject.store.history(post, after: 2, limit: 1).map(\.revision) == [3])
        }
    }

    @Test(arguments: StoreKind.all) func `history comes back as it was written`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = PostID(7)
            var row = TransitionRow.sample(post)
            row.problem = "a guard failed"
            // The first macrostep comes from nowhere, each other from where the one before it led to.
            row.from = []
            var next = TransitionRow.sample(post, event: "next")
            next.from = row.to
            var write = PostWrite.creation(7)
            write.transitions = [row, next]
            let result = try await subject.commit(write, batch: "b1")
            row.revision = 1
            row.at = result.at
            row.batch = "b1"
            next.revision = 2
            next.at = result.at
            next.batch = "b1"
            #expect(try await subject.store.history(post, after: 0, limit: 10) == [row, next])
            #expect(try await subject.store.history(post, after: 1, limit: 10) == [next])
            #expect(try await subject.store.history(PostID(8), after: 0, limit: 10).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `a batch in doubt can be looked up`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let old = try await subject.create(7)
            let loser = PostWrite(post: old, expectedRevision: 5, state: .sample(), transitions: [.sample(old)])
            _ = try await subject.commit(loser, .creation(8), batch: "doubtful")
            try await subject.step(PostID(8)) { _ in }
            let posts = [old, PostID(8), PostID(9)]
            #expect(try await subject.store.winners(of: "doubtful", posts: posts) == [PostID(8)])
            #expect(try await subject.store.winners(of: "never", posts: posts).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `of two writers of one revision one wins`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7)
            let winners = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        var write = PostWrite(
                            post: post, expectedRevision: 1, state: .sample(), transitions: [.sample(post)])
                        write.jobs = [.wait(.sample(number + 1))]
                        return try await subject.commit(write, batch: "b\(number)").winners.count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(winners == 1)
            #expect(try await subject.count("jobs") == 1)
            #expect(try await subject.store.posts([post]).map(\.revision) == [2])
        }
    }

    @Test(arguments: StoreKind.all) func `a large batch is one transaction`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let creations = (1...500).map { number in
                var write = PostWrite.creation(Int64(number))
                write.fill()
                return write
            }
            let result = try await subject.store.commit(Batch(id: "large", writes: creations))
            #expect(result.winners.count == 500)
            #expect(try await subject.count("transitions") == 500)
            #expect(try await subject.scalar("SELECT count(DISTINCT at) FROM transitions") == 1)
            #expect(try await subject.count("limits") == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `ids of local posts are unique`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let ids = try await withThrowingTaskGroup(of: PostID.self) { group in
                for _ in 0..<20 { group.addTask { try await subject.store.nextLocalPostID() } }
                return try await group.reduce(into: Set<PostID>()) { $0.insert($1) }
            }
            #expect(ids.count == 20)
            #expect(ids.allSatisfy { $0.rawValue >= PostID.firstLocal })
        }
    }

    @Test(arguments: StoreKind.all) func `migrating twice does nothing the second time`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.create(7)
            #expect(try await subject.store.migrate().isEmpty)
            #expect(try await subject.count("posts") == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `a closed store says so`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            var hints = subject.store.wakeUps().makeAsyncIterator()
            await subject.store.close()
            await subject.store.close()
            #expect(await failure { try await subject.store.posts([PostID(1)]) }?.code == .closed)
            #expect(await failure { try await subject.commit(.creation(1)) }?.code == .closed)
            #expect(await failure { try await subject.store.now() }?.code == .closed)
            #expect(await hints.next() == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `who listens hears of work`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            var first = subject.store.wakeUps().makeAsyncIterator()
            var second = subject.store.wakeUps().makeAsyncIterator()
            await subject.store.notify([.timers])
            #expect(await first.next() == .timers)
            #expect(await second.next() == .timers)
        }
    }

    @Test(arguments: StoreKind.all) func `the clock goes forward`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let before = try await subject.store.now()
            let result = try await subject.commit(.creation(7))
            let after = try await subject.store.heartbeat(node: "node")
            #expect(before <= result.at && result.at <= after)
        }
    }
}
