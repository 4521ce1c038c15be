import Foundation
import HTTPClient
import JSONValue
import Store
import TestSupport
import Testing

/// Posts of a running service go on with another version of its chart, and come back.
@Suite struct APIMigrationTests {
    private static func chart() throws -> String {
        try String(contentsOf: Repository.root.appending(path: "statecharts/post.yaml"), encoding: .utf8)
    }

    /// Triage has other names in it.
    private static func newer() throws -> String {
        try chart()
            .replacing("          processing: {meta: {stage: triage", with: "          asked: {meta: {stage: triage")
            .replacing("job.assigned: processing}}\n          asked", with: "job.assigned: asked}}\n          asked")
            .replacing("          id: triage\n", with: "          id: sorting\n")
    }

    private func mapping(from: String, to: String) -> JSON {
        .string(
            """
            migration: 1
            chart: post
            from: \(from)
            to: \(to)
            states: {triage.working.processing: triage.working.asked}
            invocations: {triage: sorting}
            """)
    }

    private func migrate(
        _ edge: ServiceUnderTest, _ mapping: JSON, back: Bool, dryRun: Bool = false
    ) async throws -> HTTPResponse {
        try await edge.post(
            "/v1/bulk",
            [
                "kind": "migrate", "filter": [:], "reason": "new version", "dry_run": .bool(dryRun),
                "parameters": ["mapping": mapping, "back": .bool(back)],
            ])
    }

    private func moved(_ edge: ServiceUnderTest, _ post: PostID, to chart: String) async throws {
        _ = try await edge.commits.wait(for: "the move") { writes in
            writes.last { $0.post == post }.flatMap { $0.state.chart == chart ? $0 : nil }
        }
    }

    @Test(arguments: Backend.allCases)
    func `a callback to an address from before the move counts after it, and after the way back`(
        _ backend: Backend
    ) async throws {
        let place = try await Place(backend)
        let agent = try CallbackAgent()
        let old = try place.folder.write(try Self.chart(), to: "old.yaml")
        let new = try place.folder.write(try Self.newer(), to: "new.yaml")
        let first = try await ServiceUnderTest(place, agent, settings: ["chart=\(old)"])
        for id in 1...2 { try await first.submit(Int64(id)) }
        let starts = [try await agent.starts.number(1, of: "start"), try await agent.starts.number(2, of: "start")]
        for start in starts { _ = try await first.accepted(start) }
        let from = try await first.row(PostID(1)).state.chart
        let port = first.service.server.port
        await first.stop()
        let second = try await ServiceUnderTest(
            place, agent, settings: ["chart=\(new)", "listen.port=\(port)"])
        do {
            let to = try await second.row(try await second.submit(9)).state.chart
            try await check(second, starts, mapping(from: from, to: to), from, to)
        } catch {
            await second.stop()
            await agent.close()
            throw error
        }
        await second.stop()
        await agent.close()
    }

    private func check(
        _ edge: ServiceUnderTest, _ starts: [CallbackAgent.Start], _ mapping: JSON, _ from: String, _ to: String
    ) async throws {
        let dry = try await migrate(edge, mapping, back: false, dryRun: true)
        #expect(dry.status == 200 && dry.json["matched"] == 2, "\(dry.text)")
        #expect(dry.json["migration"]?["can_move"] == 2 && dry.json["migration"]?["lossless"] == true)
        let asked = try await migrate(edge, mapping, back: false)
        #expect(asked.status == 202 && asked.json["total"] == 2, "\(asked.text)")
        #expect(asked.json["parameters"]?["mapping"]?.string?.hasPrefix("sha256:") == true)
        for id in [1, 2] { try await moved(edge, PostID(Int64(id)), to: to) }
        #expect(try await edge.row(PostID(1)).state.configuration == ["triage.working.asked"])
        for _ in 0..<2 {
            let callback = Callback(starts[0], Callback.completed(Callback.triage))
            let answer = try await edge.send(callback)
            #expect([200, 202].contains(answer.status))
        }
        let post = try #require(starts[0].job.split(separator: "-").first.flatMap { PostID(String($0)) })
        #expect(try await edge.endings(post).count == 1)
        _ = try await migrate(edge, mapping, back: true)
        let other = post == PostID(1) ? PostID(2) : PostID(1)
        try await moved(edge, other, to: from)
        let answer = try await edge.send(Callback(starts[1], Callback.completed(Callback.triage)))
        #expect(answer.status == 202)
        #expect(try await edge.endings(other).count == 1)
        let row = try await edge.store.history(other, after: 0, limit: 99).first { $0.event == "migrate" }
        #expect(row?.chart == to && row?.actor == "person:local")
        // Posts that began on the new chart came to the old one too: they are of the same kind now.
        try await moved(edge, PostID(9), to: from)
    }
}
