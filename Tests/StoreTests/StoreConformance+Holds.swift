import JSONValue
import Store
import Testing

extension StoreConformance {
    private func ready(_ subject: StoreUnderTest, _ sources: String...) async throws -> [Int64] {
        let best = try await subject.store.readyJobs(sources: sources, limit: 10).map(\.key.post.rawValue)
        var first: Set<Int64> = []
        for source in sources {
            let jobs = try await subject.store.readyJobs(source: source, after: nil, communities: 10, each: 10)
            first.formUnion(jobs.map(\.key.post.rawValue))
        }
        #expect(Set(best) == first)
        return best.sorted()
    }

    private func stages(_ subject: StoreUnderTest) async throws {
        for (id, stage) in [(1, "triage"), (2, "research"), (3, "triage")] {
            try await subject.create(Int64(id), community: "c\(id)") { write in
                var wait = JobWrite.Wait.sample()
                wait.stage = stage
                wait.community = "c\(id)"
                write.jobs = [.wait(wait)]
            }
        }
    }

    private func requeue(_ number: Int = 1, held: Bool, queue: Int64?, priority: Int = 5) -> JobWrite {
        .requeue(JobWrite.Requeue(number: number, priority: priority, isHeld: held, queueMicroseconds: queue))
    }

    @Test(arguments: StoreKind.all) func `a hold keeps what it covers from being offered`(kind: StoreKind) async throws
    {
        try await kind.withStore { subject in
            try await stages(subject)
            let holds: [(HoldRow.Scope, String, [Int64])] = [
                (.stage, "triage", [2]), (.community, "c2", [1, 3]), (.endpoint, "one", [1, 2, 3]),
                (.everything, "", []),
            ]
            for (scope, name, left) in holds {
                let hold = HoldRow(scope: scope, name: name, reason: "why", actor: "person:ann")
                let row = try await subject.store.hold(hold)
                #expect(try await subject.store.holds() == [row])
                #expect(row.reason == "why" && row.createdAt.microseconds > 0)
                #expect(try await ready(subject, "triage") == left, "\(scope)")
                #expect(try await subject.store.release(scope, name: name, actor: "person:ann", reason: "done"))
                #expect(try await ready(subject, "triage") == [1, 2, 3])
            }
        }
    }

    @Test(arguments: StoreKind.all)
    func `a hold again changes its reason, its time stays; each change is in the audit log`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            let hold = HoldRow(scope: .stage, name: "triage", reason: "why", actor: "person:ann")
            let first = try await subject.store.hold(hold)
            let second = try await subject.store.hold(
                HoldRow(scope: .stage, name: "triage", reason: "more", actor: "person:bob"))
            #expect(second.reason == "more" && second.actor == "person:bob")
            #expect(second.createdAt == first.createdAt)
            #expect(try await subject.store.release(.stage, name: "triage", actor: "a", reason: ""))
            #expect(try await subject.store.release(.stage, name: "triage", actor: "a", reason: "") == false)
            #expect(try await subject.count("audit") == 3)
            let subjects = "SELECT count(*) FROM audit WHERE subject = 'stage:triage'"
            #expect(try await subject.scalar(subjects) == 3)
        }
    }

    @Test(arguments: StoreKind.all) func `a held job waits without end and is not offered`(kind: StoreKind) async throws
    {
        try await kind.withStore { subject in
            let post = try await subject.create(7, state: .sample(waitsFor: .work)) {
                $0.jobs = [.wait(.sample(queue: 60 * .second))]
            }
            try await subject.step(post, state: .sample(waitsFor: .work)) {
                $0.jobs = [requeue(held: true, queue: JobWrite.Requeue.forEver)]
            }
            #expect(try await subject.job(post).isHeld)
            try await subject.advance(.seconds(86_400))
            #expect(try await ready(subject, "triage").isEmpty)
            #expect(try await subject.store.dueJobs(after: nil, limit: 10).isEmpty)
            #expect(try await subject.store.stuckPosts(limit: 10).isEmpty)
            let at = try await subject.step(post, state: .sample(waitsFor: .work)) {
                $0.jobs = [requeue(held: false, queue: 60 * .second, priority: 9)]
            }.at
            let job = try await subject.job(post)
            #expect(!job.isHeld && job.wakeAt == at + .seconds(60) && job.priority == 9)
            #expect(try await ready(subject, "triage") == [7])
        }
    }

    @Test(arguments: StoreKind.all) func `a job that waits again is held only if it is said`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            let held = requeue(held: true, queue: JobWrite.Requeue.forEver)
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample()), held] }
            #expect(try await subject.job(post).isHeld)
            try await subject.stepJobs(post, .end(number: 1))
            try await subject.stepJobs(post, .wait(.sample()))
            #expect(try await subject.job(post).isHeld == false)
            try await subject.stepJobs(post, .assign(.sample(attempt: 1)), held)
            #expect(try await subject.job(post).isHeld == false)
            let back = JobWrite.putBack(number: 1, readyAfterMicroseconds: 0, queueMicroseconds: .second)
            try await subject.stepJobs(post, back, held)
            let job = try await subject.job(post)
            #expect(job.isHeld && job.phase == .waiting)
        }
    }

    @Test(arguments: StoreKind.all) func `a running job's clocks stay when it is requeued`(kind: StoreKind) async throws
    {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample()), .assign(.sample(attempt: 1))] }
            let before = try await subject.job(post)
            let moved = JobWrite.Requeue(
                number: 1, priority: 8, isHeld: true, queueMicroseconds: .second, invocation: "other", stage: "new")
            try await subject.stepJobs(post, .requeue(moved))
            var expected = before
            expected.priority = 8
            expected.invocation = "other"
            expected.stage = "new"
            #expect(try await subject.job(post) == expected)
        }
    }

    @Test(arguments: StoreKind.all)
    func `waiting jobs come by key, and their clocks begin anew where they are as they were read`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            try await stages(subject)
            let all = try await subject.store.waitingJobs(WaitingJobs(), after: nil, limit: 2)
            #expect(all.map(\.key.post.rawValue) == [1, 2])
            let rest = try await subject.store.waitingJobs(WaitingJobs(), after: all.last?.key, limit: 2)
            #expect(rest.map(\.key.post.rawValue) == [3])
            let filters = [
                WaitingJobs(stage: "research"), WaitingJobs(community: "c2"), WaitingJobs(sources: ["none"]),
            ]
            let found = try await filters.asyncMap {
                try await subject.store.waitingJobs($0, after: nil, limit: 9).map(\.key.post.rawValue)
            }
            #expect(found == [[2], [2], []])
            let job = try #require(all.first)
            let seen = PostponedJob(key: job.key, wakeAt: job.wakeAt, queueMicroseconds: 9000 * .second)
            var other = seen
            other.wakeAt = job.wakeAt + .seconds(1)
            #expect(try await subject.store.postpone([other]) == 0)
            #expect(try await subject.store.postpone([seen]) == 1)
            #expect(try await subject.job(job.key.post).wakeAt > job.wakeAt)
            #expect(try await subject.store.postpone([seen]) == 0)
            #expect(try await subject.store.postpone([]) == 0)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
