import JSONValue
import Store
import Testing

extension StoreConformance {
    @Test(arguments: StoreKind.all) func `rates and budgets of endpoints are kept, changed and taken away`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            var one = EndpointRow.sample("one")
            one.rate = EndpointRate("60/min")
            one.budget = EndpointBudget(perDay: 5_000_000, jobCost: 50_000)
            try await subject.store.reconcileEndpoints([one, .sample("two")])
            #expect(try await subject.store.endpointRows() == [one, .sample("two")])
            #expect(try await subject.store.endpoints().map(\.endpoint) == [one, .sample("two")])
            one.rate = EndpointRate("7/s")
            one.budget = nil
            try await subject.store.reconcileEndpoints([one])
            #expect(try await subject.store.endpointRows() == [one])
        }
    }

    @Test(arguments: StoreKind.all) func `tokens are drawn under the lease, and a draw says what was drawn before`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            let store = subject.store
            let lease = try await subject.endpoint("one", node: "a")
            #expect(try await store.drawTokens(lease, microseconds: 40 * .second) <= 0)
            // What was drawn is never given back by a shorter draw.
            for length in [Int64.second, 50 * .second] {
                let ahead = try await store.drawTokens(lease, microseconds: length)
                #expect(ahead > 20 * .second && ahead <= 40 * .second)
            }
            let ahead = try await store.drawTokens(lease, microseconds: 1)
            #expect(ahead > 30 * .second && ahead <= 50 * .second)
            try await store.releaseLeases(node: "a")
            let next = try #require(try await store.acquireLeases(node: "b", microseconds: 300 * .second).first)
            #expect(
                await failure { try await store.drawTokens(lease, microseconds: 500 * .second) }?.code == .staleLease)
            let found = try await store.drawTokens(next, microseconds: 1)
            #expect(found > 20 * .second && found <= 50 * .second)
            try await subject.advance(.seconds(100))
            #expect(try await store.drawTokens(next, microseconds: 1) < 0)
        }
    }

    @Test(arguments: StoreKind.all) func `an endpoint has spent what its own costs of the day come to`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            let store = subject.store
            #expect(try await store.spending(of: "one").microdollars == 0)
            _ = try await subject.create(7) { write in
                var other = CostRow.sample(write.post)
                other.endpoint = "two"
                write.costs = [.sample(write.post), .sample(write.post), other]
            }
            let spending = try await store.spending(of: "one")
            #expect(spending.microdollars == 14)
            #expect(spending.dayLeft > 0 && spending.dayLeft <= 86_400 * .second)
            let all = try await store.spending()
            #expect(all.microdollars == ["one": 14, "two": 7])
            #expect(all.dayEnds.microseconds % (86_400 * .second) == 0)
            let left = all.dayEnds - (try await store.now())
            #expect(left > .zero && left.microseconds <= spending.dayLeft)
            try await subject.advance(.seconds(86_400))
            #expect(try await store.spending(of: "one").microdollars == 0)
            #expect(try await store.spending().microdollars.isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `the ledger is summed by day, endpoint, stage, model and post`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { subject in
            let store = subject.store
            #expect(try await store.costs(CostQuery(by: .day)).isEmpty)
            let began = try await store.now()
            for (post, price) in [(7, Int64(5)), (8, 20)] {
                _ = try await subject.create(Int64(post)) { write in
                    var other = CostRow.sample(write.post)
                    (other.endpoint, other.stage, other.model) = ("two", "editorial", "m-2")
                    (other.inputTokens, other.outputTokens, other.microdollars) = (3, 4, price)
                    write.costs = [other, other]
                }
            }
            let endpoints = try await store.costs(CostQuery(by: .endpoint))
            let two = CostSum(name: "two", attempts: 4, inputTokens: 12, outputTokens: 16, microdollars: 50)
            #expect(endpoints == [two])
            #expect(try await store.costs(CostQuery(by: .stage)).map(\.name) == ["editorial"])
            #expect(try await store.costs(CostQuery(by: .model)).map(\.name) == ["m-2"])
            let posts = try await store.costs(CostQuery(by: .post))
            #expect(posts.map(\.name) == ["8", "7"] && posts.map(\.microdollars) == [40, 10])
            #expect(try await store.costs(CostQuery(by: .post, limit: 1)).map(\.name) == ["8"])
            #expect(try await store.costs(CostQuery(by: .endpoint, post: PostID(7))).map(\.microdollars) == [10])
            #expect(try await store.costs(CostQuery(by: .day, until: began)).isEmpty)
            let days = try await store.costs(CostQuery(by: .day, since: began))
            #expect(days.map(\.name) == [String(began.description.prefix(10))] && days.first?.microdollars == 50)
        }
    }
}
