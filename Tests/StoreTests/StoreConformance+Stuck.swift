import JSONValue
import Store
import Testing

extension StoreConformance {
    private func reasons(_ subject: StoreUnderTest) async throws -> [String] {
        try await subject.store.stuckPosts(limit: 10).map { "\($0.post) \($0.reason)" }
    }

    @Test(arguments: StoreKind.all) func `nobody is stuck in a healthy store`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let work = PostState.sample(waitsFor: .work)
            #expect(try await reasons(subject).isEmpty)
            try await subject.create(1, state: .sample(waitsFor: .person))
            try await subject.create(2, state: .sample(waitsFor: .nothing))
            try await subject.create(3, state: work) { $0.jobs = [.wait(.sample())] }
            try await subject.create(4, state: work) { write in
                write.timers = [.set(name: "a", occurrence: 1, delayMicroseconds: 10 * .second)]
            }
            try await subject.create(5, state: work) { write in
                write.emitted = [InboxEvent(post: write.post, event: "e", data: [:], actor: "a")]
            }
            try await subject.create(6, state: work) { $0.jobs = [.wait(.sample()), .assign(.sample(attempt: 1))] }
            #expect(try await reasons(subject).isEmpty)
            try await subject.advance(.seconds(50))
            #expect(try await reasons(subject).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `a post that nothing wakes is stuck at once`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7, state: .sample(waitsFor: .work)) { $0.jobs = [.wait(.sample())] }
            let at = try await subject.step(post, state: .sample(waitsFor: .work)) { write in
                write.jobs = [.end(number: 1)]
            }.at
            let stuck = StuckPost(post: post, reason: "nothing_wakes_it", since: at)
            #expect(try await subject.store.stuckPosts(limit: 10) == [stuck])
            #expect(try await subject.scalar("SELECT count(*) FROM stuck_posts WHERE post_id = 7") == 1)
            try await subject.step(post, state: .sample(waitsFor: .nothing)) { _ in }
            #expect(try await reasons(subject).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `an overdue timer shows after a minute`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7, state: .sample(waitsFor: .work)) { write in
                write.timers = [.set(name: "a", occurrence: 1, delayMicroseconds: 10 * .second)]
            }
            try await subject.advance(.seconds(65))
            #expect(try await reasons(subject).isEmpty)
            try await subject.advance(.seconds(10))
            #expect(try await reasons(subject) == ["7 overdue_timer"])
            let due = try await subject.store.post(post)?.timers.first?.due
            #expect(try await subject.store.stuckPosts(limit: 1).first?.since == due)
        }
    }

    @Test(arguments: StoreKind.all) func `a job that nobody serves shows`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.create(7, state: .sample(waitsFor: .work)) { write in
                write.jobs = [.wait(.sample(1, queue: 10 * .second))]
            }
            try await subject.advance(.seconds(65))
            #expect(try await reasons(subject).isEmpty)
            try await subject.advance(.seconds(10))
            #expect(try await reasons(subject) == ["7 unserved_job"])
        }
    }

    @Test(arguments: StoreKind.all) func `a job whose deadline nobody kept shows`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.create(7, state: .sample(waitsFor: .work)) { write in
                write.jobs = [.wait(.sample()), .assign(.sample(attempt: 1, silence: 10 * .second))]
            }
            try await subject.advance(.seconds(65))
            #expect(try await reasons(subject).isEmpty)
            try await subject.advance(.seconds(10))
            #expect(try await reasons(subject) == ["7 overdue_job"])
        }
    }

    @Test(arguments: StoreKind.all) func `an event that nobody took shows`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7)
            _ = try await subject.store.emit([InboxEvent(post: post, event: "e", data: [:], actor: "a")])
            try await subject.advance(.seconds(55))
            #expect(try await reasons(subject).isEmpty)
            try await subject.advance(.seconds(10))
            #expect(try await reasons(subject) == ["7 overdue_event"])
            // Any later commit moves the view's own clock.
            _ = try await subject.store.heartbeat(node: "node")
            #expect(try await subject.scalar("SELECT count(*) FROM stuck_posts") == 1)
        }
    }
}
