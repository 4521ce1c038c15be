import JSONValue
import Store
import Testing

extension StoreConformance {
    private func set(_ name: String, _ occurrence: Int = 1, after seconds: Int64) -> TimerWrite {
        .set(name: name, occurrence: occurrence, delayMicroseconds: seconds * .second)
    }

    @Test(arguments: StoreKind.all) func `a timer is due from its due time on`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.timers = [set("check", after: 100)] }
            #expect(try await subject.store.dueTimers(after: nil, limit: 10).isEmpty)
            try await subject.advance(.seconds(90))
            #expect(try await subject.store.dueTimers(after: nil, limit: 10).isEmpty)
            try await subject.advance(.seconds(10))
            let due = try await subject.store.dueTimers(after: nil, limit: 10)
            #expect(due.map(\.name) == ["check"])
            #expect(due.map(\.post) == [post])
            try await subject.advance(.seconds(1000))
            #expect(try await subject.store.dueTimers(after: nil, limit: 10).count == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `a due time is the commit's time and the delay`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            var write = PostWrite.creation(7)
            write.timers = [set("check", 4, after: 5)]
            let result = try await subject.commit(write)
            let timer = TimerRow(post: PostID(7), name: "check", occurrence: 4, due: result.at + .seconds(5))
            #expect(try await subject.store.post(PostID(7))?.timers == [timer])
            #expect(try await subject.store.nextDue().timer == timer.due)
        }
    }

    @Test(arguments: StoreKind.all) func `a cleared timer is gone`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.timers = [set("a", after: 1), set("b", after: 1)] }
            try await subject.step(post) { $0.timers = [.clear(name: "a"), .clear(name: "never set")] }
            try await subject.advance(.seconds(5))
            #expect(try await subject.store.dueTimers(after: nil, limit: 10).map(\.name) == ["b"])
        }
    }

    @Test(arguments: StoreKind.all) func `a timer that is set again has the new time`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.timers = [set("a", 1, after: 1)] }
            try await subject.step(post) { $0.timers = [set("a", 2, after: 100)] }
            try await subject.advance(.seconds(50))
            #expect(try await subject.store.dueTimers(after: nil, limit: 10).isEmpty)
            try await subject.advance(.seconds(50))
            #expect(try await subject.store.dueTimers(after: nil, limit: 10).map(\.occurrence) == [2])
        }
    }

    @Test(arguments: StoreKind.all) func `operations on one timer apply in order`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { write in
                write.timers = [
                    set("kept", 1, after: 1), .clear(name: "kept"), set("kept", 2, after: 2), set("gone", after: 1),
                    set("gone", 2, after: 1), .clear(name: "gone"),
                ]
            }
            let timers = try await subject.store.post(post)?.timers
            #expect(timers?.map(\.name) == ["kept"])
            #expect(timers?.map(\.occurrence) == [2])
        }
    }

    @Test(arguments: StoreKind.all) func `due timers come earliest first, page by page`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            // So far apart that it does not matter how long a commit takes.
            try await subject.create(7) { $0.timers = [set("c", after: 60), set("a", after: 1)] }
            try await subject.create(8) {
                $0.timers = [set("b", after: 30), set("b2", after: 30), set("z", after: 900)]
            }
            try await subject.advance(.seconds(100))
            let first = try await subject.store.dueTimers(after: nil, limit: 2)
            let second = try await subject.store.dueTimers(after: first.last, limit: 2)
            let third = try await subject.store.dueTimers(after: second.last, limit: 2)
            #expect((first + second + third).map(\.name) == ["a", "b", "b2", "c"])
        }
    }

    @Test(arguments: StoreKind.all) func `nothing is due in an empty store`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let due = try await subject.store.nextDue()
            #expect(due.timer == nil)
            #expect(due.job == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `the next due moments are the earliest`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.create(7) { $0.timers = [set("a", after: 30), set("b", after: 20)] }
            try await subject.create(8) { write in
                write.jobs = [.wait(.sample(1, queue: 50 * .second)), .wait(.sample(2, queue: 40 * .second))]
            }
            try await subject.stepJobs(PostID(8), .end(number: 2))
            let due = try await subject.store.nextDue()
            let now = try await subject.store.now()
            #expect(try #require(due.timer) <= now + .seconds(20))
            #expect(try #require(due.job) > now + .seconds(40) - .seconds(5))
            #expect(try await subject.job(PostID(8), 1).wakeAt == due.job)
        }
    }
}
