import Engine
import JSONValue
import Store
import TestSupport
import Testing

/// What a database cannot store comes in one batch with what it can, on real Postgres.
@Suite struct UnstorableDataTests {
    static let values: [(name: String, value: JSON)] = [
        ("NUL", "a\u{0}b"), ("depth", deep(10_000)),
    ]

    private static func deep(_ depth: Int) -> JSON { (0..<depth).reduce(.null) { inner, _ in [inner] } }

    @Test(arguments: values.indices)
    func `an end of a job that cannot be stored fails alone, and those beside it are committed`(
        _ index: Int
    ) async throws {
        try await NodesUnderTest.with(1) { nodes in
            let node = nodes.nodes[0]
            try await node.create(1, 2, 3)
            try await node.dispatch()
            _ = try await node.performer.attempts(3)
            await node.store.acceptances(3)
            node.store.hold()
            let bad = Task { try await deliver(node, 2, Self.values[index].value) }
            async let first = deliver(node, 1, "fine")
            async let last = deliver(node, 3, "fine")
            node.store.release()
            let neighbours = try await [first, last]
            #expect(neighbours == [true, true])
            await #expect(throws: StoreError.self) { try await bad.value }
            #expect(try await node.row(2) { _ in true }.state.status == "processing")
            #expect(try await deliver(node, 2, "fine"))
            try await node.checkLaws(1, 2, 3)
        }
    }

    private func deliver(_ node: EngineRig, _ post: Int64, _ more: JSON) async throws -> Bool {
        let facts: JSONObject = ["decision": "watch", "more": more]
        let outcome = try await node.engine.deliver(
            .success(Completion(facts: facts)), job: JobKey(post: PostID(post), number: 1), attempt: 1,
            delivery: Delivery(id: "d", bodyHash: "\(more.bytes().count)", body: []), actor: "endpoint:one")
        if case .taken = outcome { return true }
        return false
    }
}
