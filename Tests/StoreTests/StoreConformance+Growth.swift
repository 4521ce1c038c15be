import JSONValue
import Store
import Testing

extension StoreConformance {
    /// What all of a post's rows are in, by table.
    private func rows(of post: PostID, _ subject: StoreUnderTest) async throws -> [String: Int64] {
        var rows = ["posts": try await subject.scalar("SELECT count(*) FROM posts WHERE id = \(post)")]
        for table in ["submissions", "jobs", "timers", "inbox", "comments", "queue_results", "costs"] {
            rows[table] = try await subject.scalar("SELECT count(*) FROM \(table) WHERE post_id = \(post)")
        }
        return rows.filter { $0.value > 0 }
    }

    private func finished(_ subject: StoreUnderTest, _ rows: Int = 100) async throws -> [FinishedPost] {
        try await subject.store.finishedPosts(after: nil, rows: rows).posts
    }

    private static let ended = PostState.sample(waitsFor: .nothing)

    @Test(arguments: StoreKind.databases) func `posts that have ended are found a page at a time`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            for id in 1...7 { try await subject.create(Int64(id), state: id % 2 == 0 ? Self.ended : .sample()) }
            var found: [PostID] = []
            var cursor: PostID?
            var pages = 0
            repeat {
                let page = try await subject.store.finishedPosts(after: cursor, rows: 3)
                found += page.posts.map(\.id)
                cursor = page.next
                pages += 1
            } while cursor != nil
            #expect(found == [PostID(2), PostID(4), PostID(6)])
            #expect(pages == 3)
            let first = try #require(try await finished(subject).first)
            #expect(first.hasTexts && first.revision == 1)
        }
    }

    @Test(arguments: StoreKind.databases) func `a purged post leaves only that it was there`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            let gone = try await subject.create(7, state: Self.ended) { $0.fill() }
            let kept = try await subject.create(8) { $0.fill() }
            let before = try await rows(of: kept, subject)
            let posts = try await finished(subject)
            #expect(try await subject.store.purge(posts) == 1)
            // The ledger is trimmed by age.
            #expect(try await rows(of: gone, subject) == ["costs": 1])
            #expect(try await rows(of: kept, subject) == before)
            #expect(try await subject.store.existing([gone, kept]) == [kept])
            let purged = try await subject.store.purged([gone, kept])
            #expect(Array(purged.keys) == [gone])
            #expect(try await subject.store.purge(posts) == 0)
        }
    }

    @Test(arguments: StoreKind.databases) func `only a post that has ended, as it was seen, is purged`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            let living = try await subject.create(7)
            let moved = try await subject.create(8, state: Self.ended)
            let seen = try await finished(subject)
            try await subject.step(moved, state: Self.ended) { _ in }
            let claims = [FinishedPost(id: living, revision: 1, changedAt: Timestamp(microseconds: 0), hasTexts: true)]
            #expect(try await subject.store.purge(claims + seen) == 0)
            #expect(try await subject.store.existing([living, moved]) == [living, moved])
        }
    }

    @Test(arguments: StoreKind.databases) func `texts go, ids and hashes and history stay`(kind: StoreKind) async throws
    {
        try await kind.withStore { subject in
            let post = try await subject.create(7, title: "Glück") { $0.fill() }
            let other = try await subject.create(8) { $0.fill() }
            let history = try await subject.store.history(post, after: 0, limit: 9)
            #expect(try await subject.store.purgeTexts(of: [post]) == 1)
            #expect(try await subject.store.purgeTexts(of: [post]) == 0)
            let submission = try #require(try await subject.store.submission(post))
            #expect([submission.title, submission.body, submission.url, submission.permalink] == ["", "", "", ""])
            #expect(submission.author == nil && submission.extra.isEmpty)
            #expect(submission.community == "science")
            let result = try #require(try await subject.store.results(post).first)
            #expect(result.result == .null && result.hash == "h")
            let hash = "e1e09ccf36eaceb91c320b8c31bf9318fa240857f27e50f24c7776fe0e52de12"
            #expect(
                try await subject.scalar("SELECT count(*) FROM submissions WHERE text_hash = '\(hash)'") == 1)
            #expect(
                try await subject.scalar(
                    "SELECT count(*) FROM deliveries WHERE post_id = 7 AND length(body) = 0 AND body_hash = 'h'") == 1)
            #expect(try await subject.store.history(post, after: 0, limit: 9) == history)
            #expect(try await subject.store.submission(other)?.body == "A body")
            #expect(try await subject.store.results(other).first?.result == ["a": 1])
        }
    }

    @Test(arguments: StoreKind.databases) func `a record holds all of a post`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7, state: Self.ended) { $0.fill() }
            try await subject.step(post, state: Self.ended) { _ in }
            let record = try #require(try await subject.store.records([post, PostID(99)]).first)
            #expect(try await subject.store.records([]).isEmpty)
            #expect(record.row == (try await subject.store.posts([post]).first))
            #expect(record.submission == (try await subject.store.submission(post)))
            #expect(record.transitions == (try await subject.store.history(post, after: 0, limit: 9)))
            #expect(record.transitions.count == 2)
            #expect(record.results == (try await subject.store.results(post)))
            #expect(record.comments == (try await subject.store.comments(of: post)))
            #expect(record.costs == [.sample(post)])
            #expect(record.changedAt == record.transitions.last?.at)
        }
    }

    @Test(arguments: StoreKind.databases) func `logs are trimmed by age, a slice at a time`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            for id in 1...3 { try await subject.create(Int64(id), state: Self.ended) { $0.fill() } }
            _ = try await subject.store.purge(try await finished(subject))
            let audit = AuditRow(actor: "person:ann", action: "drain", subject: "one", detail: [:])
            for _ in 0..<3 { try await subject.store.record(audit) }
            try await subject.advance(.seconds(3600))
            try await subject.create(4) { $0.fill() }
            try await subject.store.record(audit)
            let limit = try await subject.store.now() + .seconds(-60)
            let limits = LogLimits(deliveries: limit, ledger: limit, webhooks: limit)
            while try await subject.store.trimLogs(limits, slice: 2) > 0 {}
            #expect(try await subject.count("costs") == 1)
            #expect(try await subject.count("audit") == 1)
            #expect(try await subject.count("purged_posts") == 0)
        }
    }

    @Test(arguments: StoreKind.databases) func `an inspection finds what no foreign key guards`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            let lease = try await subject.endpoint()
            try await subject.create(7, state: .sample(waitsFor: .work)) { $0.jobs = [.wait(.sample())] }
            let healthy = try await subject.store.inspect(limit: 10)
            #expect(healthy.strays.isEmpty)
            #expect(healthy.backlogs.map(\.waiting) == [1])
            #expect(healthy.owners.map(\.owner) == [lease.node])
            #expect(healthy.bytes.values.contains { $0 > 0 })
            try await subject.create(8, state: Self.ended) { $0.jobs = [.wait(.sample())] }
            let sick = try await subject.store.inspect(limit: 10)
            #expect(sick.strays == [Inspection.Stray(kind: .jobOfEnded, count: 1, sample: PostID(8))])
            #expect(try await subject.store.liveJobs(of: [PostID(7), PostID(9)]).map(\.key.post) == [PostID(7)])
        }
    }

    @Test(arguments: StoreKind.databases) func `the upkeep has one keeper`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            for _ in 0..<2 {
                let isOurs = try await subject.store.beginUpkeep()
                #expect(isOurs)
                await subject.store.endUpkeep()
            }
        }
    }
}
