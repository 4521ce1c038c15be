import JSONValue
import Store
import Testing

extension StoreConformance {
    @Test(arguments: StoreKind.all) func `acceptance counts only while starting`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample())] }
            let key = JobKey(post: post, number: 1)
            let store = subject.store
            #expect(try await store.recordAccepted(key, attempt: 1, epoch: 3, remoteID: "r") == false)
            try await subject.stepJobs(post, .assign(.sample(attempt: 1, epoch: 3)))
            let before = try await subject.job(post)
            #expect(try await store.recordAccepted(key, attempt: 2, epoch: 3, remoteID: "r") == false)
            #expect(try await store.recordAccepted(key, attempt: 1, epoch: 2, remoteID: "r") == false)
            #expect(try await subject.job(post) == before)
            #expect(try await store.recordAccepted(key, attempt: 1, epoch: 3, remoteID: "r"))
            let accepted = try await subject.job(post)
            #expect(accepted.phase == .accepted)
            #expect(accepted.remoteID == "r")
            #expect(accepted.wakeAt == before.wakeAt)
            #expect(try await store.recordAccepted(key, attempt: 1, epoch: 3, remoteID: "other") == false)
            try await subject.stepJobs(post, .end(number: 1))
            #expect(try await store.recordAccepted(key, attempt: 1, epoch: 3, remoteID: "r") == false)
            #expect(try await store.posts([post]).map(\.revision) == [3])
        }
    }

    @Test(arguments: StoreKind.all) func `progress moves silence, not the deadline`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { write in
                write.jobs = [
                    .wait(.sample()), .assign(.sample(attempt: 1, timeout: 100 * .second, silence: 30 * .second)),
                ]
            }
            let key = JobKey(post: post, number: 1)
            try await subject.advance(.seconds(20))
            let heard = try await subject.store.recordProgress(
                key, attempt: 1, silenceMicroseconds: 30 * .second, progress: ["fraction": 0.4])
            #expect(heard)
            let first = try await subject.job(post)
            #expect(first.progress == ["fraction": 0.4])
            let heardAt = try #require(first.lastHeardAt)
            let deadline = try #require(first.deadline)
            #expect(first.wakeAt == heardAt + .seconds(30))
            #expect(first.wakeAt < deadline)
            try await subject.advance(.seconds(60))
            #expect(
                try await subject.store.recordProgress(
                    key, attempt: 1, silenceMicroseconds: 30 * .second, progress: [:]))
            let second = try await subject.job(post)
            #expect(second.wakeAt == second.deadline)
            let assignedAt = try #require(second.assignedAt)
            #expect(second.deadline == assignedAt + .seconds(100))
        }
    }

    @Test(arguments: StoreKind.all) func `progress of another attempt changes nothing`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let post = try await subject.create(7) { $0.jobs = [.wait(.sample()), .assign(.sample(attempt: 1))] }
            let key = JobKey(post: post, number: 1)
            func progress(_ attempt: Int) async throws -> Bool {
                try await subject.store.recordProgress(
                    key, attempt: attempt, silenceMicroseconds: .second, progress: ["x": 1])
            }
            let before = try await subject.job(post)
            #expect(try await progress(2) == false)
            #expect(try await progress(0) == false)
            #expect(try await subject.job(post) == before)
            try await subject.stepJobs(post, .end(number: 1))
            #expect(try await progress(1) == false)
            try await subject.stepJobs(post, .wait(.sample()))
            #expect(try await progress(1) == false)
        }
    }

    @Test(arguments: StoreKind.all) func `a lease is exclusive`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.store.reconcileEndpoints([.sample("one"), .sample("two")])
            let leases = try await subject.store.acquireLeases(node: "a", microseconds: 60 * .second)
            #expect(Set(leases.map(\.endpoint)) == ["one", "two"])
            #expect(leases.allSatisfy { $0.node == "a" && $0.epoch > 0 })
            #expect(try await subject.store.acquireLeases(node: "b", microseconds: 60 * .second).isEmpty)
            #expect(try await subject.store.acquireLeases(node: "a", microseconds: 60 * .second).isEmpty)
            #expect(try await subject.store.renewLeases(node: "b", microseconds: 60 * .second).isEmpty)
            let loads = try await subject.store.endpoints()
            #expect(loads.map(\.owner) == ["a", "a"])
        }
    }

    @Test(arguments: StoreKind.all) func `of many nodes one gets the lease`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            try await subject.store.reconcileEndpoints([.sample("one")])
            let leases = try await withThrowingTaskGroup(of: [Lease].self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await subject.store.acquireLeases(node: "n\(number)", microseconds: 60 * .second)
                    }
                }
                return try await group.reduce([], +)
            }
            #expect(leases.count == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `an expired lease can be taken, not renewed`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let old = try await subject.endpoint("one", node: "a")
            try await subject.advance(.seconds(40))
            #expect(try await subject.store.renewLeases(node: "a", microseconds: 60 * .second) == [old])
            try await subject.advance(.seconds(40))
            #expect(try await subject.store.acquireLeases(node: "b", microseconds: 60 * .second).isEmpty)
            try await subject.advance(.seconds(30))
            #expect(try await subject.store.renewLeases(node: "a", microseconds: 60 * .second).isEmpty)
            let new = try #require(try await subject.store.acquireLeases(node: "b", microseconds: 60 * .second).first)
            #expect(new.epoch > old.epoch)
            try await subject.store.releaseLeases(node: "a")
            #expect(try await subject.store.renewLeases(node: "b", microseconds: 60 * .second) == [new])
        }
    }

    @Test(arguments: StoreKind.all) func `a released lease is free at once`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let old = try await subject.endpoint("one", node: "a")
            try await subject.store.releaseLeases(node: "a")
            #expect(try await subject.store.renewLeases(node: "a", microseconds: 60 * .second).isEmpty)
            let new = try #require(try await subject.store.acquireLeases(node: "b", microseconds: 60 * .second).first)
            #expect(new.epoch > old.epoch)
        }
    }

    @Test(arguments: StoreKind.all) func `a new owner adopts what was starting`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let old = try await subject.endpoint("one", node: "a")
            let post = try await subject.create(7) { write in
                write.jobs = (1...3).map { .wait(.sample($0)) }
                write.jobs += (1...3).map { .assign(.sample($0, attempt: 1, epoch: old.epoch)) }
                write.jobs.append(.end(number: 3))
            }
            let accepted = JobKey(post: post, number: 2)
            #expect(try await subject.store.recordAccepted(accepted, attempt: 1, epoch: old.epoch, remoteID: nil))
            try await subject.store.releaseLeases(node: "a")
            let new = try #require(try await subject.store.acquireLeases(node: "b", microseconds: 60 * .second).first)
            let adopted = try await subject.store.adoptStartingJobs(new)
            #expect(adopted.map(\.key) == [JobKey(post: post, number: 1)])
            #expect(adopted.map(\.epoch) == [new.epoch])
            #expect(adopted.map(\.attempt) == [1])
            #expect(try await subject.job(post, 1) == adopted.first)
            #expect(try await subject.job(post, 2).epoch == old.epoch)
            let late = try await subject.store.recordAccepted(
                JobKey(post: post, number: 1), attempt: 1, epoch: old.epoch, remoteID: nil)
            #expect(late == false)
            // Those of this epoch are being sent by this owner already.
            #expect(try await subject.store.adoptStartingJobs(new).isEmpty)
            #expect(await failure { try await subject.store.adoptStartingJobs(old) }?.code == .staleLease)
        }
    }
}
