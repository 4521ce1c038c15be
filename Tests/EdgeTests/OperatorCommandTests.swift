import HTTPClient
import JSONValue
import Store
import TestSupport
import Testing

/// The commands by which operators hold, release and work on many posts: the binary against a service.
@Suite struct OperatorCommandTests {
    private func run(_ edge: ServiceUnderTest, _ arguments: String...) async throws -> (code: Int32, text: String) {
        let process = try await ChildProcess.rejoinder(
            arguments, environment: ["REJOINDER_URL": edge.url], folder: edge.place.folder.path)
        process.closeInput()
        let exit = try await process.waitForExit(within: .seconds(60))
        try await eventually("the output has ended") { process.output.isOver && process.errors.isOver }
        guard case .code(let code) = exit else { throw TestFailure("\(exit)") }
        return (code, process.output.text + process.errors.text)
    }

    @Test func `holds are set, listed and ended by command`() async throws {
        try await withService(.sqlite) { edge in
            let held = try await run(edge, "hold", "stage", "triage", "--reason", "two words")
            #expect(held.code == 0 && held.text.contains("stage triage is held: two words"), "\(held.text)")
            let post = try await edge.submit()
            #expect(try await run(edge, "hold", "post", "\(post)", "--reason", "this one").code == 0)
            let list = try await run(edge, "holds").text
            #expect(list.contains("triage") && list.contains("two words") && list.contains("1 posts are held"))
            let refused = try await run(edge, "hold", "stage", "nowhere", "--reason", "x")
            #expect(refused.code == 1 && refused.text.contains("a stage is one of"))
            #expect(try await run(edge, "hold", "everything", "all", "--reason", "x").code == 64)
            #expect(try await run(edge, "hold", "stage", "--reason", "x").code == 64)
            #expect(try await run(edge, "release", "stage", "triage").code == 0)
            #expect(edge.agent.starts.all.isEmpty)
            #expect(try await run(edge, "release", "post", "\(post)", "--reason", "go on").code == 0)
            _ = try await edge.agent.starts.number(1, of: "start")
            #expect(try await run(edge, "release", "stage", "triage").code == 1)
        }
    }

    @Test func `an operation on many is tried, begun, listed and shown by command`() async throws {
        try await withService(.sqlite) { edge in
            for id in 1...3 { try await edge.submit(Int64(id)) }
            let dry = try await run(edge, "bulk", "run", "pause", "--stage", "triage", "--dry-run")
            #expect(dry.code == 0 && dry.text.contains("3 posts match; nothing was changed"), "\(dry.text)")
            #expect(try await run(edge, "bulk", "run", "pause", "--stage", "triage").code == 64)
            let begun = try await run(edge, "bulk", "run", "reprioritise", "--add", "5", "--all", "--reason", "soon")
            #expect(begun.code == 0 && begun.text.contains("operation 1: reprioritise"), "\(begun.text)")
            _ = try await edge.commits.wait(for: "priorities") { writes in
                writes.filter { $0.transitions.contains { $0.event == "prioritise" } }.dropFirst(2).first
            }
            #expect(try await run(edge, "bulk", "list").text.contains("reprioritise"))
            #expect(try await run(edge, "bulk", "show", "1").text.contains("by person:local: soon"))
            #expect(try await run(edge, "bulk", "show", "7").code == 1)
            #expect(try await run(edge, "bulk", "abort", "1", "--reason", "x").code < 2)
        }
    }

    @Test func `a migration is handed to the service, which says what is wrong with it`() async throws {
        try await withService(.sqlite) { edge in
            let file = try edge.place.folder.write("migration: 1\nchart: post\nfrom: a\nto: b\n", to: "m.yaml")
            let refused = try await run(edge, "chart", "migrate", file, "--apply", "--reason", "new version")
            #expect(refused.code == 1 && refused.text.contains("does not have the chart a"), "\(refused.text)")
            #expect(try await run(edge, "chart", "migrate", file, "--apply").code == 64)
            #expect(try await run(edge, "chart", "migrate", file).code == 64)
            #expect(try await run(edge, "chart", "migrate", file, "--from", file, "--to", file, "--back").code == 64)
        }
    }
}
