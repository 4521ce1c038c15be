import JSONValue
import Store
import Testing

extension StoreConformance {
    private func operation(_ kind: OperationRow.Kind = .retry, total: Int = 3) -> OperationRow {
        var filter = PostFilter()
        filter.status = "failed"
        filter.isHeld = false
        filter.ids = [PostID(1), PostID(2)]
        return OperationRow(
            kind: kind, filter: filter, parameters: ["a": [1, .null]], reason: "a \"reason\"", actor: "person:ann",
            total: total)
    }

    @Test(arguments: StoreKind.all) func `an operation comes back as it was asked for`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let made = try await subject.store.create(operation())
            var expected = operation()
            expected.id = made.id
            expected.createdAt = made.createdAt
            #expect(made == expected)
            #expect(try await subject.store.operation(made.id) == made)
            #expect(try await subject.store.operation(made.id + 1) == nil)
            let second = try await subject.store.create(operation(.pause))
            #expect(try await subject.store.operations(after: nil, limit: 9) == [second, made])
            #expect(try await subject.store.operations(after: second.id, limit: 9) == [made])
            #expect(try await subject.scalar("SELECT count(*) FROM audit WHERE action = 'bulk.pause'") == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `posts that match come newest first`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            for id in 1...5 { try await subject.create(Int64(id), state: .sample(status: id < 4 ? "failed" : "x")) }
            var state = PostState.sample(status: "failed")
            state.metadata = ["held": ["actor": "a"]]
            state.chart = "other"
            try await subject.create(9, state: state)
            var filter = PostFilter()
            filter.status = "failed"
            #expect(try await subject.store.countPosts(filter) == 4)
            #expect(try await subject.store.postIDs(filter, after: nil, limit: 2) == [PostID(9), PostID(3)])
            #expect(try await subject.store.postIDs(filter, after: PostID(3), limit: 9) == [PostID(2), PostID(1)])
            for isHeld in [true, false] {
                filter.isHeld = isHeld
                #expect(try await subject.store.countPosts(filter) == (isHeld ? 1 : 3))
            }
            filter.isHeld = nil
            filter.chart = "other"
            #expect(try await subject.store.postIDs(filter, after: nil, limit: 9) == [PostID(9)])
        }
    }

    @Test(arguments: StoreKind.all)
    func `an operation has one owner, until it falls silent; an owner that was late changes nothing`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            let made = try await subject.store.create(operation())
            let first = try #require(
                try await subject.store.claimOperation(node: "a", microseconds: 60 * .second))
            #expect(first.id == made.id && first.state == .running && first.epoch == 1 && first.startedAt != nil)
            #expect(try await subject.store.claimOperation(node: "b", microseconds: .second) == nil)
            let step = OperationAdvance(
                first, node: "a", progress: .init(done: 2, skipped: 1), cursor: PostID(5),
                problems: [["post": "7"]], leaseMicroseconds: 60 * .second)
            let advanced = try #require(try await subject.store.advance(step))
            #expect(advanced.progress == .init(done: 2, skipped: 1) && advanced.cursor == PostID(5))
            #expect(advanced.problems == [["post": "7"]])
            try await subject.advance(.seconds(61))
            // Late, though nobody else has it yet: it might be taken at any moment.
            #expect(try await subject.store.advance(step) == nil)
            // A node may come back under its name: its former self is another owner.
            let second = try #require(
                try await subject.store.claimOperation(node: "a", microseconds: 60 * .second))
            #expect(second.epoch == 2 && second.cursor == PostID(5) && second.progress.done == 2)
            #expect(try await subject.store.advance(step) == nil)
            let end = OperationAdvance(
                second, node: "a", progress: .init(failed: 1), problems: [], end: .done, leaseMicroseconds: 0)
            let ended = try #require(try await subject.store.advance(end))
            #expect(ended.state == .done && ended.owner == nil && ended.endedAt != nil && ended.progress.failed == 1)
            #expect(try await subject.store.claimOperation(node: "c", microseconds: .second) == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `an owner that gives up is followed at once`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            _ = try await subject.store.create(operation())
            let first = try #require(
                try await subject.store.claimOperation(node: "a", microseconds: 60 * .second))
            _ = try await subject.store.advance(OperationAdvance(first, node: "a", leaseMicroseconds: 0))
            #expect(try await subject.store.claimOperation(node: "b", microseconds: .second)?.owner == "b")
        }
    }

    @Test(arguments: StoreKind.all) func `an abort stops what is open and nothing else`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let abort = { (id: Int64) in
                try await subject.store.abortOperation(id, actor: "person:ann", reason: "enough")
            }
            let pending = try await subject.store.create(operation())
            let aborted = try #require(try await abort(pending.id))
            #expect(aborted.state == .aborted && aborted.endedAt != nil)
            #expect(try await abort(pending.id) == aborted)
            #expect(try await abort(999) == nil)
            _ = try await subject.store.create(operation())
            let running = try #require(
                try await subject.store.claimOperation(node: "a", microseconds: 60 * .second))
            #expect(try await abort(running.id)?.state == .aborting)
            let advance = OperationAdvance(running, node: "a", leaseMicroseconds: 60 * .second)
            #expect(try await subject.store.advance(advance)?.state == .aborting)
            #expect(try await subject.scalar("SELECT count(*) FROM audit WHERE action = 'bulk.abort'") == 2)
        }
    }

    @Test(arguments: StoreKind.all) func `timers change their names and keep their times`(kind: StoreKind) async throws
    {
        try await kind.withStore { subject in
            let set = { (name: String, occurrence: Int, seconds: Int64) in
                TimerWrite.set(name: name, occurrence: occurrence, delayMicroseconds: seconds * .second)
            }
            let post = try await subject.create(7) { $0.timers = [set("a", 1, 10), set("b", 2, 20), set("c", 3, 30)] }
            let before = try #require(try await subject.store.post(post)?.timers)
            // Two change places, one goes from the place of a third, which goes too.
            try await subject.step(post) { write in
                write.timers = [
                    .move(name: "a", to: "x"), .move(name: "b", to: "a"), .move(name: "x", to: "b"),
                    .move(name: "none", to: "y"), set("new", 4, 40), .move(name: "new", to: "newer"),
                    .clear(name: "c"), set("z", 5, 50),
                ]
            }
            let after = try #require(try await subject.store.post(post)?.timers)
            let words = after.map { "\($0.name)#\($0.occurrence)" }
            #expect(words == ["b#1", "a#2", "newer#4", "z#5"])
            #expect(after[0].due == before[0].due && after[1].due == before[1].due)
            try await subject.step(post) { write in
                write.timers = [.move(name: "b", to: "a"), set("b", 6, 60), .move(name: "z", to: "newer")]
            }
            let last = try #require(try await subject.store.post(post)?.timers)
            #expect(last.map { "\($0.name)#\($0.occurrence)" } == ["a#1", "newer#5", "b#6"])
            #expect(last[0].due == before[0].due)
        }
    }
}
