import JSONValue
import Store
import Testing

extension StoreConformance {
    /// Five posts that differ in what a filter can ask for.
    private func fill(_ subject: StoreUnderTest) async throws {
        try await subject.create(1, community: "a", title: "Über Äpfel")
        try await subject.create(2, community: "b", title: "100% of_all", state: .sample(stage: "research"))
        try await subject.create(3, community: "a", title: "apples", state: .sample(status: "failed"))
        try await subject.create(4, community: "b", title: "Pears", state: .sample(waitsFor: .nothing))
        try await subject.create(5, community: "b", title: "APPLES", state: .sample(stage: "research"))
    }

    private func ids(_ subject: StoreUnderTest, _ set: (inout PostFilter) -> Void) async throws -> [Int64] {
        var filter = PostFilter()
        set(&filter)
        return try await subject.store.listPosts(filter, after: nil, limit: 10).map(\.row.id.rawValue)
    }

    @Test(arguments: StoreKind.all) func `posts are listed by what is asked for`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await fill(subject)
            #expect(try await ids(subject) { _ in } == [5, 4, 3, 2, 1])
            #expect(try await ids(subject) { $0.stage = "research" } == [5, 2])
            #expect(try await ids(subject) { $0.status = "failed" } == [3])
            #expect(try await ids(subject) { $0.community = "a" } == [3, 1])
            #expect(try await ids(subject) { $0.waitsFor = .nothing } == [4])
            #expect(try await ids(subject) { $0.ids = [PostID(2), PostID(4), PostID(77)] } == [4, 2])
            #expect(try await ids(subject) { $0.text = "apples" } == [5, 3])
            #expect(
                try await ids(subject) { filter in
                    filter.community = "b"
                    filter.stage = "research"
                    filter.text = "PLE"
                } == [5])
        }
    }

    @Test(arguments: StoreKind.all) func `searched text is taken literally`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await fill(subject)
            #expect(try await ids(subject) { $0.text = "0%" } == [2])
            #expect(try await ids(subject) { $0.text = "f_a" } == [2])
            #expect(try await ids(subject) { $0.text = "a_p" }.isEmpty)
            #expect(try await ids(subject) { $0.text = "\\" }.isEmpty)
            #expect(try await ids(subject) { $0.text = "'" }.isEmpty)
            #expect(try await ids(subject) { $0.text = "über ä" } == [1])
        }
    }

    @Test(arguments: StoreKind.all) func `the posts of a chart are read in pages`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            var other = PostState.sample()
            other.chart = "other"
            for id in [1, 3, 4, 6] as [Int64] { try await subject.create(id) }
            for id in [2, 5] as [Int64] { try await subject.create(id, state: other) }
            let first = try await subject.store.posts(chart: "digest", after: nil, limit: 3)
            #expect(first.map(\.id.rawValue) == [1, 3, 4])
            #expect(try await subject.store.posts(first.map(\.id)).sorted { $0.id < $1.id } == first)
            let second = try await subject.store.posts(chart: "digest", after: first.last?.id, limit: 3)
            #expect(second.map(\.id.rawValue) == [6])
            #expect(
                try await subject.store.posts(chart: "other", after: nil, limit: 9).map(\.state.chart) == [
                    "other", "other",
                ])
            #expect(try await subject.store.posts(chart: "none", after: nil, limit: 9).isEmpty)
            #expect(try await subject.store.posts(chart: "digest", after: nil, limit: 0).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `lists have pages`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await fill(subject)
            let first = try await subject.store.listPosts(PostFilter(), after: nil, limit: 2)
            let second = try await subject.store.listPosts(PostFilter(), after: first.last?.row.id, limit: 2)
            let third = try await subject.store.listPosts(PostFilter(), after: second.last?.row.id, limit: 2)
            #expect((first + second + third).map(\.row.id.rawValue) == [5, 4, 3, 2, 1])
            let summary = try #require(first.first)
            #expect(try await subject.store.posts([PostID(5)]) == [summary.row])
            #expect(summary.community == "b")
            #expect(summary.title == "APPLES")
            #expect(summary.createdAt == Submission.sample(PostID(5)).createdAt)
            #expect(try await subject.store.history(PostID(5), after: 0, limit: 1).map(\.at) == [summary.changedAt])
        }
    }

    @Test(arguments: StoreKind.all) func `a post is read with all that is its own`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.fill() }
            try await subject.create(8) { $0.fill() }
            let detail = try #require(try await subject.store.post(post))
            #expect(detail.row.id == post)
            #expect(detail.submission == .sample(post))
            #expect(detail.jobs.map(\.key) == [JobKey(post: post, number: 9)])
            #expect(detail.timers.map(\.name) == ["check"])
            #expect(detail.comments.map(\.post) == [post])
            #expect(detail.pendingEvents == 1)
            #expect(try await subject.store.post(PostID(9)) == nil)
            let both = try await subject.store.submissions([PostID(8), post, PostID(9)])
            #expect(Set(both.map(\.id)) == [post, PostID(8)])
        }
    }

    @Test(arguments: StoreKind.all) func `a post may come without a submission`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.submission = nil }
            #expect(try await subject.store.submission(post) == nil)
            #expect(try await subject.store.post(post)?.submission == nil)
            #expect(try await subject.store.listPosts(PostFilter(), after: nil, limit: 9).map(\.title) == [""])
        }
    }

    @Test(arguments: StoreKind.all) func `the queue is counted by stage and status`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            #expect(try await subject.store.queueCounts().isEmpty)
            try await fill(subject)
            let counts = try await subject.store.queueCounts()
            let found = Dictionary(uniqueKeysWithValues: counts.map { ("\($0.stage).\($0.status)", $0.count) })
            #expect(found == ["triage.pending": 2, "triage.failed": 1, "research.pending": 2])
            let oldest = try await subject.store.history(PostID(2), after: 0, limit: 1).first?.at
            #expect(counts.first { $0.stage == "research" }?.oldest == oldest)
        }
    }

    @Test(arguments: StoreKind.all) func `endpoints become equal to the configuration`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let store = subject.store
            try await store.reconcileEndpoints([.sample("one"), .sample("two")])
            #expect(try await store.endpoints().map(\.endpoint) == [.sample("one"), .sample("two")])
            let leases = try await store.acquireLeases(node: "a", microseconds: 60 * .second)
            let epoch = try #require(leases.first { $0.endpoint == "one" }?.epoch)
            #expect(try await store.setDrained(true, endpoint: "one"))
            #expect(try await store.setDrained(true, endpoint: "nowhere") == false)
            #expect(try await store.set(maxConcurrent: 77, preference: nil, endpoint: "two"))
            #expect(try await store.set(maxConcurrent: nil, preference: -3, endpoint: "two"))
            #expect(try await store.set(maxConcurrent: 1, preference: 1, endpoint: "nowhere") == false)
            let two = try #require(try await store.endpointRows().first { $0.name == "two" })
            #expect(two.maxConcurrent == 77 && two.preference == -3)
            var changed = EndpointRow.sample("one", capabilities: ["reply,with comma", "{x}"])
            changed.url = "http://new"
            changed.maxConcurrent = 9
            var third = EndpointRow.sample("three")
            third.isDrained = true
            try await store.reconcileEndpoints([changed, third])
            changed.isDrained = true
            let loads = try await store.endpoints().sorted { $0.endpoint.name < $1.endpoint.name }
            #expect(loads.map(\.endpoint) == [changed, third])
            #expect(loads.map(\.owner) == ["a", nil])
            #expect(loads.first?.epoch == epoch)
            try await store.reconcileEndpoints([])
            #expect(try await store.endpoints().isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `an endpoint's load is its running jobs`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.store.reconcileEndpoints([.sample("one"), .sample("two")])
            let post = try await subject.create(7) { write in
                write.jobs = (1...4).map { .wait(.sample($0)) }
                write.jobs += (1...3).map { .assign(.sample($0, attempt: 1)) }
            }
            let key = JobKey(post: post, number: 1)
            #expect(try await subject.store.recordAccepted(key, attempt: 1, epoch: 1, remoteID: nil))
            func loads() async throws -> [Int] {
                try await subject.store.endpoints().sorted { $0.endpoint.name < $1.endpoint.name }.map(\.currentLoad)
            }
            #expect(try await loads() == [3, 0])
            try await subject.stepJobs(
                post, .end(number: 1),
                .putBack(number: 2, readyAfterMicroseconds: 0, queueMicroseconds: .second))
            #expect(try await loads() == [1, 0])
            #expect(try await subject.store.runningKeys(endpoint: "one", after: nil, limit: 5).map(\.number) == [3])
            #expect(try await subject.scalar("SELECT current_load FROM llm_endpoints WHERE name = 'one'") == 1)
        }
    }
}
