import JSONValue
import Store
import Testing

/// Writes whose revision is the present one, and which lose all the same.
extension StoreConformance {
    @Test(arguments: StoreKind.all)
    func `an event that another macrostep consumed makes the write lose`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7)
            let other = try await subject.create(8)
            _ = try await subject.store.emit([InboxEvent(post: post, event: "approve", data: [:], actor: "person:ann")])
            let event = try #require(try await subject.store.inbox(after: 0, limit: 1).first)
            try await subject.step(post) { $0.consumedInbox = [event.id] }
            let before = try await subject.store.posts([post])
            var late = PostWrite(post: post, expectedRevision: 2, state: .sample(), transitions: [.sample(post)])
            late.fill(consuming: [event.id])
            let beside = PostWrite(post: other, expectedRevision: 1, state: .sample(), transitions: [.sample(other)])
            #expect(try await subject.commit(late, beside, batch: "late").winners == [other])
            #expect(try await subject.store.posts([post]) == before)
            #expect(try await subject.count("jobs") == 0)
        }
    }

    @Test(arguments: StoreKind.all)
    func `a job that was heard of since its clock was read does not expire`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample())] }
            try await subject.stepJobs(post, .assign(.sample(attempt: 1)))
            try await subject.advance(.seconds(31))
            let due = try #require(try await subject.store.dueJobs(after: nil, limit: 1).first)
            let isLive = try await subject.store.recordProgress(
                due.key, attempt: 1, silenceMicroseconds: 30 * .second, progress: [:])
            #expect(isLive)
            #expect(try await subject.expire(due).isEmpty)
            #expect(try await subject.job(post).phase == .starting)
            try await subject.advance(.seconds(31))
            let again = try #require(try await subject.store.dueJobs(after: nil, limit: 1).first)
            #expect(try await subject.expire(again) == [post])
            #expect(try await subject.store.job(due.key) == nil)
        }
    }
}

extension StoreConformance {
    @Test(arguments: StoreKind.all) func `a loser leaves the timers as they are`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) {
                $0.timers = [.set(name: "check", occurrence: 1, delayMicroseconds: .second)]
            }
            var loser = PostWrite(post: post, expectedRevision: 5, state: .sample(), transitions: [.sample(post)])
            loser.timers = [.clear(name: "check"), .set(name: "other", occurrence: 1, delayMicroseconds: 1)]
            let result = try await subject.commit(loser, .creation(8), batch: "mixed")
            #expect(result.winners == [PostID(8)])
            #expect(try await subject.store.post(post)?.timers.map(\.name) == ["check"])
        }
    }

    @Test(arguments: StoreKind.all) func `a value that is larger than what can be read is refused`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            var state = PostState.sample()
            state.memory = .string(String(repeating: "x", count: 17 << 20))
            let refusal = await failure { [state] in try await subject.commit(.creation(7, state: state)) }
            #expect(refusal?.code == .refusedData)
            let posts = try await subject.count("posts")
            #expect(posts == 0)
        }
    }
}

extension StoreUnderTest {
    /// Ends a job as its clock says; returns who won.
    fileprivate func expire(_ job: JobRow) async throws -> Set<PostID> {
        let revision = try #require(try await store.posts([job.key.post]).first?.revision)
        var write = PostWrite(
            post: job.key.post, expectedRevision: revision, state: .sample(), transitions: [.sample(job.key.post)])
        write.jobs = [.end(number: job.key.number)]
        write.expired = [ExpiredJob(number: job.key.number, wakeAt: job.wakeAt)]
        return try await commit(write, batch: "expiry").winners
    }
}
