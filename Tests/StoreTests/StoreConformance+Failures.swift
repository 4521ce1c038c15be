import JSONValue
import Store
import Testing

extension StoreConformance {
    /// Nothing of a refused batch may stay, not even of its good writes.
    private func expectRefusal(
        _ kind: StoreKind, _ spoil: @escaping (inout PostWrite) -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await kind.withStore { subject in
            try await subject.create(7)
            let before = try await subject.fingerprint()
            var bad = PostWrite.creation(8)
            bad.fill()
            spoil(&bad)
            let refusal = await failure { [bad] in try await subject.commit(.creation(6), bad, .creation(9)) }
            #expect(refusal?.code == .refusedData, sourceLocation: sourceLocation)
            #expect(try await subject.fingerprint() == before, sourceLocation: sourceLocation)
            try await subject.create(6)
        }
    }

    @Test(arguments: StoreKind.all) func `NUL in a text is refused`(kind: StoreKind) async throws {
        try await expectRefusal(kind) { $0.submission?.title = "a\0b" }
        try await expectRefusal(kind) { $0.transitions[0].actor = "a\0b" }
    }

    @Test(arguments: StoreKind.all) func `NUL within JSON is refused`(kind: StoreKind) async throws {
        try await expectRefusal(kind) { $0.state.context = ["a": ["b\0"]] }
        try await expectRefusal(kind) { $0.results[0].result = ["a\0": 1] }
    }

    @Test(arguments: StoreKind.all) func `a number that is not finite is refused within JSON`(kind: StoreKind)
        async throws
    {
        for number in [Double.infinity, -.infinity, .nan] {
            try await expectRefusal(kind) { $0.transitions[0].data = ["deep": [["number": .double(number)]]] }
            try await expectRefusal(kind) { $0.state.context = ["number": .double(number)] }
        }
    }

    @Test(arguments: StoreKind.all) func `a text that looks like an escaped NUL is no NUL`(kind: StoreKind) async throws
    {
        try await kind.withStore { subject in
            var state = PostState.sample()
            state.context = ["a": "\\u0000", "b": "00000"]
            let post = try await subject.create(7, state: state)
            #expect(try await subject.store.posts([post]).first?.state == state)
        }
    }

    @Test(arguments: StoreKind.all) func `a value that breaks a constraint is refused`(kind: StoreKind) async throws {
        try await expectRefusal(kind) { $0.costs[0].microdollars = -1 }
        try await expectRefusal(kind) { $0.state.retryCount = -1 }
        try await expectRefusal(kind) { $0.jobs = [.wait(.sample(0))] }
    }

    @Test(arguments: StoreKind.all) func `a write without a macrostep is refused`(kind: StoreKind) async throws {
        try await expectRefusal(kind) { $0.transitions = [] }
    }

    @Test(arguments: StoreKind.all) func `a stale lease refuses the whole batch`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let lease = try await subject.endpoint("one")
            try await subject.create(7)
            var older = lease
            older.epoch -= 1
            var stranger = lease
            stranger.node = "other"
            var unknown = lease
            unknown.endpoint = "two"
            let before = try await subject.fingerprint()
            for stale in [older, stranger, unknown] {
                var write = PostWrite.creation(8)
                write.fill()
                write.fences = [lease, stale]
                let refusal = await failure { [write] in try await subject.commit(.creation(9), write) }
                #expect(refusal?.code == .staleLease)
                #expect(refusal?.subject == stale.endpoint)
            }
            #expect(try await subject.fingerprint() == before)
            #expect(try await subject.store.limits(["account"]).isEmpty)
            try await subject.create(10) { $0.fences = [lease] }
        }
    }

    @Test(arguments: StoreKind.all) func `an expired lease is stale`(kind: StoreKind) async throws {
        try await kind.withStore { subject in
            let lease = try await subject.endpoint("one")
            try await subject.advance(.seconds(61))
            var write = PostWrite.creation(8)
            write.fences = [lease]
            let refusal = await failure { [write] in try await subject.commit(write) }
            #expect(refusal?.code == .staleLease)
            #expect(refusal?.subject == "one")
            #expect(try await subject.store.existing([PostID(8)]).isEmpty)
        }
    }
}
