import JSONValue
import Service
import Store
import TestSupport
import Testing

/// Endpoints that are a part of the service and make their answers up.
@Suite struct MockEndpointTests {
    private static let yaml = """
          - {name: made-up, protocol: mock, capabilities: [triage, research, response, editorial], preference: 5,
             max_concurrent: 50, input_price: 1000000, output_price: 1000000}

        """

    @Test(arguments: Backend.allCases)
    func `posts go their whole way without a model, and what they cost is counted`(_ backend: Backend) async throws {
        try await withService(backend, yaml: Self.yaml) { edge in
            while !edge.service.engine.ownedEndpoints.contains(where: { $0.name == "made-up" }) { await Task.yield() }
            for id in 1...12 {
                try await edge.submit(Int64(id), title: "Study: \(60 + id)% of plastic comes from \(id) rivers")
            }
            for id in 1...12 {
                _ = try await edge.commits.wait(for: "end of post \(id)") { writes in
                    writes.first { $0.post == PostID(Int64(id)) && Self.ends.contains($0.state.stage) }
                }
            }
            #expect(edge.agent.starts.all.isEmpty)
            var replies = 0
            for id in 1...12 {
                let results = try await edge.store.results(PostID(Int64(id)))
                #expect(results.first?.stage == "triage" && results.first?.result["run"]?["model"] == "mock")
                if results.contains(where: { $0.stage == "editorial" }) { replies += 1 }
            }
            #expect(replies > 0 && replies < 12, "some are worth a reply, some are not")
            let spent = try await edge.get("/v1/endpoints").json["endpoints"]?.array?.first { $0["name"] == "made-up" }
            #expect((spent?["spent_microdollars_today"]?.int ?? 0) > 0)
        }
    }

    /// Stages in which no endpoint has anything to do.
    private static let ends: Set<String> = ["closed", "review", "post_queue", "published"]

    @Test func `it is tried like any other endpoint`() async throws {
        try await withService(yaml: Self.yaml) { edge in
            let answer = try await edge.post("/v1/endpoints/made-up/test", [:])
            #expect(answer.json["ok"] == true, "\(answer.text)")
            #expect(try await edge.post("/v1/endpoints/made-up/check", [:]).json["ok"] == true)
        }
    }

    @Test(arguments: ["approve", "auto"])
    func `what is made up cannot be posted`(_ mode: String) async throws {
        let error = await #expect(throws: SettingsError.self) {
            try await withService(settings: ["posting.mode=\(mode)"], yaml: Self.yaml) { _ in }
        }
        #expect(error?.description.contains("endpoint made-up: the protocol mock") == true)
    }
}
