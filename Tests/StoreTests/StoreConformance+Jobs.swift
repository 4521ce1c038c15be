import JSONValue
import Store
import Testing

extension StoreConformance {
    @Test(arguments: StoreKind.all) func `a job waits as it was asked for`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            var write = PostWrite.creation(7)
            write.jobs = [.wait(.sample(1, queue: 40 * .second))]
            let at = try await subject.commit(write).at
            let expected = JobRow(
                key: JobKey(post: PostID(7), number: 1), invocation: "triage#1", source: "triage", stage: "triage",
                input: ["claims": ["one"]], phase: .waiting, attempt: 0, priority: 5, community: "science",
                queuedAt: at, readyAt: at, wakeAt: at + .seconds(40), timeoutMicroseconds: 120 * .second)
            #expect(try await subject.job(PostID(7)) == expected)
            #expect(try await subject.store.readyJobs(sources: ["triage"], limit: 5) == [expected])
            #expect(try await subject.store.job(JobKey(post: PostID(7), number: 2)) == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `an assigned job has an owner and two clocks`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample())] }
            let at = try await subject.step(post) { write in
                write.jobs = [.assign(.sample(attempt: 1, epoch: 4, timeout: 90 * .second, silence: 20 * .second))]
            }.at
            let job = try await subject.job(post)
            #expect(job.phase == .starting)
            #expect(job.attempt == 1)
            #expect(job.endpoint == "one")
            #expect(job.epoch == 4)
            #expect(job.assignedAt == at)
            #expect(job.deadline == at + .seconds(90))
            #expect(job.wakeAt == at + .seconds(20))
            #expect(job.timeoutMicroseconds == 90 * .second)
            #expect(try await subject.store.runningKeys(endpoint: "one", after: nil, limit: 5) == [job.key])
            #expect(try await subject.store.runningKeys(endpoint: "one", after: job.key, limit: 5).isEmpty)
            #expect(try await subject.store.runningKeys(endpoint: "two", after: nil, limit: 5).isEmpty)
            #expect(try await subject.store.readyJobs(sources: ["triage"], limit: 5).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `silence longer than the total ends with it`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample())] }
            try await subject.stepJobs(
                post, .assign(.sample(attempt: 1, timeout: 10 * .second, silence: 20 * .second)))
            let job = try await subject.job(post)
            #expect(job.wakeAt == job.deadline)
        }
    }

    @Test(arguments: StoreKind.all) func `attempts rise for ever`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample())] }
            for attempt in 1...3 {
                try await subject.stepJobs(post, .assign(.sample(attempt: attempt)))
                let key = JobKey(post: post, number: 1)
                #expect(
                    try await subject.store.recordAccepted(key, attempt: attempt, epoch: 1, remoteID: "r\(attempt)"))
                #expect(try await subject.job(post).remoteID == "r\(attempt)")
                try await subject.stepJobs(post, .end(number: 1))
                #expect(try await subject.store.job(key) == nil)
                try await subject.stepJobs(post, .wait(.sample(1, attempt: attempt, priority: attempt)))
                let waiting = try await subject.job(post)
                #expect(waiting.phase == .waiting)
                #expect(waiting.attempt == attempt)
                #expect(waiting.priority == attempt)
                #expect(waiting.endpoint == nil)
                #expect(waiting.deadline == nil)
            }
            #expect(try await subject.store.runningKeys(endpoint: "one", after: nil, limit: 5).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `a job may be ended twice`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample()), .assign(.sample(attempt: 1))] }
            try await subject.stepJobs(post, .end(number: 1), .end(number: 1))
            try await subject.stepJobs(post, .end(number: 1))
            #expect(try await subject.store.job(JobKey(post: post, number: 1)) == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `a job that waits and is assigned at once is as one that was assigned later`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            let assign = JobWrite.Assign.sample(attempt: 3, timeout: 100 * .second, silence: 30 * .second)
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample(attempt: 2)), .assign(assign)] }
            let once = try await subject.job(post)
            try await subject.stepJobs(post, .end(number: 1))
            try await subject.stepJobs(post, .wait(.sample(attempt: 2)))
            try await subject.stepJobs(post, .assign(assign))
            var later = try await subject.job(post)
            let assignedAt = try #require(later.assignedAt)
            #expect(once.wakeAt == (try #require(once.assignedAt)) + .seconds(30))
            #expect(later.wakeAt == assignedAt + .seconds(30))
            later.queuedAt = once.queuedAt
            later.readyAt = once.readyAt
            later.assignedAt = once.assignedAt
            later.deadline = once.deadline
            later.wakeAt = once.wakeAt
            #expect(later == once)
        }
    }

    @Test(arguments: StoreKind.all) func `operations on one job apply in order`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { write in
                write.jobs = [
                    .wait(.sample(1)), .wait(.sample(2)), .assign(.sample(1, attempt: 1)),
                    .end(number: 1), .wait(.sample(1, priority: 9)),
                    .assign(.sample(1, attempt: 2, endpoint: "two")),
                ]
            }
            let job = try await subject.job(post, 1)
            #expect(job.phase == .starting)
            #expect(job.attempt == 2)
            #expect(job.endpoint == "two")
            #expect(job.priority == 9)
            #expect(try await subject.job(post, 2).phase == .waiting)
        }
    }

    @Test(arguments: StoreKind.all) func `a job that was put back is ready after its delay`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample()), .assign(.sample(attempt: 1))] }
            let at = try await subject.step(post) { write in
                write.jobs = [
                    .putBack(number: 1, readyAfterMicroseconds: 30 * .second, queueMicroseconds: 100 * .second)
                ]
            }.at
            let job = try await subject.job(post)
            #expect(job.phase == .waiting)
            #expect(job.attempt == 1)
            #expect(job.endpoint == nil)
            #expect(job.readyAt == at + .seconds(30))
            #expect(job.wakeAt == at + .seconds(100))
            #expect(try await subject.store.readyJobs(sources: ["triage"], limit: 5).isEmpty)
            try await subject.advance(.seconds(30))
            #expect(try await subject.store.readyJobs(sources: ["triage"], limit: 5).map(\.key.post) == [post])
        }
    }

    @Test(arguments: StoreKind.all) func `ready jobs come by priority, then by age`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            for (id, priority, source) in [
                (1, 1, "triage"), (2, 9, "research"), (3, 5, "triage"), (4, 5, "research"), (5, 9, "reply"),
                (6, 9, "triage"),
            ] {
                try await subject.create(Int64(id)) { write in
                    write.jobs = [.wait(.sample(1, source: source, priority: priority))]
                }
                try await subject.advance(.seconds(1))
            }
            let sources = ["triage", "research"]
            let ready = try await subject.store.readyJobs(sources: sources, limit: 10)
            #expect(ready.map(\.key.post.rawValue) == [2, 6, 3, 4, 1])
            #expect(try await subject.store.readyJobs(sources: sources, limit: 2).map(\.key.post.rawValue) == [2, 6])
            #expect(try await subject.store.readyJobs(sources: [], limit: 10).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `six seconds of waiting are worth a point of priority`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { subject in
            for (id, priority, pause) in [(1, 50, 100), (2, 70, 0), (3, 60, 20), (4, 60, 0)] {
                try await subject.create(Int64(id)) { $0.jobs = [.wait(.sample(1, priority: priority))] }
                try await subject.advance(.seconds(pause))
            }
            let ready = try await subject.store.readyJobs(sources: ["triage"], limit: 10)
            #expect(ready.map(\.key.post.rawValue) == [2, 1, 3, 4])
            #expect(ready.map(\.claimOrder) == ready.map(\.claimOrder).sorted())
        }
    }

    @Test(arguments: StoreKind.all) func `each community shows its first ready jobs`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            for (id, community, source) in [
                (1, "a", "triage"), (2, "a", "triage"), (3, "a", "triage"), (4, "b", "research"), (5, "c", "triage"),
                (6, "", "triage"), (7, "d", "triage"),
            ] {
                try await subject.create(Int64(id), community: community) { write in
                    var wait = JobWrite.Wait.sample(1, source: source, priority: id)
                    wait.community = community
                    write.jobs = [.wait(wait)]
                }
            }
            func first(after community: String?, _ communities: Int) async throws -> [Int64] {
                try await subject.store.readyJobs(
                    source: "triage", after: community, communities: communities, each: 2
                ).map(\.key.post.rawValue)
            }
            #expect(try await first(after: nil, 3) == [6, 3, 2, 5])
            #expect(try await first(after: "c", 3) == [7])
            #expect(try await first(after: "d", 3).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `due jobs come earliest first, page by page`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.create(7) { write in
                write.jobs = [.wait(.sample(1, queue: 60 * .second)), .wait(.sample(2, queue: 20 * .second))]
            }
            try await subject.create(8) { write in
                write.jobs = [
                    .wait(.sample(1)), .assign(.sample(attempt: 1, silence: 40 * .second)), .wait(.sample(2)),
                    .wait(.sample(3, queue: 1)), .end(number: 3),
                ]
            }
            #expect(try await subject.store.dueJobs(after: nil, limit: 9).isEmpty)
            try await subject.advance(.seconds(100))
            let first = try await subject.store.dueJobs(after: nil, limit: 2)
            let second = try await subject.store.dueJobs(after: first.last, limit: 2)
            #expect((first + second).map(\.key.description) == ["7-2", "8-1", "7-1"])
        }
    }
}
