import Foundation
import JSONValue
import TestSupport
import Testing

extension ShortRuns {
    /// The commands around charts, as people and scripts use them.
    @Suite struct ChartToolsTests {
        private static let post = Repository.root.appending(path: "statecharts/post.yaml").path

        private func chart(_ arguments: [String], input: [String] = []) async throws -> Command {
            try await Command.run(
                ["chart"] + arguments, folder: Repository.root.path, input: input, within: .seconds(120))
        }

        @Test func `a chart is drawn in each format, to a file or to standard output`() async throws {
            let folder = try TemporaryFolder()
            let file = folder.file("post.svg")
            let drawn = try await chart(["draw", Self.post, "--active", "review", "-o", file])
            #expect(drawn.exit == .code(0) && drawn.output.isEmpty)
            #expect(try String(contentsOfFile: file, encoding: .utf8).contains("data-path=\"review\""))
            for (format, words) in [("dot", "digraph"), ("mermaid", "stateDiagram-v2"), ("text", "├─ triage")] {
                let drawn = try await chart(["draw", Self.post, "--format", format])
                #expect(drawn.exit == .code(0) && drawn.output.contains(words))
            }
            let wrong = try await chart(["draw", Self.post, "--active", "nowhere"])
            #expect(wrong.exit == .code(1) && wrong.errors.contains("no state 'nowhere'"))
        }

        @Test func `a script runs a chart by hand, and a refused line ends it with 1`() async throws {
            let script = ["assign", "done triage {\"decision\": \"reject\"}", "show"]
            let run = try await chart(["run", Self.post], input: script)
            #expect(run.exit == .code(0), "\(run.errors)")
            #expect(run.output.contains("⏹ rejected: ended"))
            let refused = try await chart(["run", Self.post], input: ["assign", "dance", "assign"])
            #expect(refused.exit == .code(1))
            #expect(refused.errors.contains("there is no command 'dance'"))
        }

        @Test func `the post's chart is explored within seconds and has no mistakes`() async throws {
            let explored = try await chart(["explore", Self.post, "--format", "json"])
            #expect(explored.exit == .code(0), "\(explored.errors)")
            let found = try JSON.parse(Array(explored.output.utf8))
            #expect(found["complete"] == true && found["unreached_states"] == [] && found["dead_ends"] == [])
            let folder = try TemporaryFolder()
            let trap = try folder.write(
                "chart: 1\nid: t\ninitial: a\nstates: {a: {on: {go: b}}, b: {}, c: {type: final}}", to: "trap.yaml")
            let trapped = try await chart(["explore", trap])
            #expect(trapped.exit == .code(1))
            #expect(trapped.output.contains("states that nothing reaches: 1\n  c"))
        }

        @Test func `a history that no chart made is refused, with the row`() async throws {
            let folder = try TemporaryFolder()
            let file = try folder.write("{\"revision\": 1}", to: "history.json")
            let replayed = try await chart(["replay", Self.post, "--history", file])
            #expect(replayed.exit == .code(1))
            #expect(replayed.errors.contains("row 1: 'event' is missing"))
        }

        @Test func `a migration is checked, and tried on the posts of the database`() async throws {
            let folder = try TemporaryFolder()
            let old = try String(contentsOfFile: Self.post, encoding: .utf8)
            let new = try folder.write(
                old.replacingOccurrences(of: "expired: {type", with: "lapsed: {type")
                    .replacingOccurrences(of: "#expired", with: "#lapsed"), to: "new.yaml")
            let digests = [try await digest(Self.post), try await digest(new)]
            let file = try folder.write(
                "migration: 1\nchart: post\nfrom: \(digests[0])\nto: \(digests[1])\nstates: {expired: lapsed}\n",
                to: "migration.yaml")
            let arguments = ["migrate", file, "--from", Self.post, "--to", new]
            let checked = try await chart(arguments)
            #expect(checked.exit == .code(0), "\(checked.errors)")
            #expect(checked.output.contains("the way back restores every post exactly"))
            let database = folder.file("posts.sqlite")
            let made = try await Command.run(["migrate", "--database", database], folder: folder.path)
            #expect(made.exit == .code(0), "\(made.errors)")
            let tried = try await chart(arguments + ["--posts", "--database", database])
            #expect(tried.exit == .code(0), "\(tried.errors)")
            #expect(tried.output.contains("0 posts would move"))
            try folder.write(
                "migration: 1\nchart: post\nfrom: \(digests[0])\nto: \(digests[1])\n", to: "migration.yaml")
            let refused = try await chart(arguments)
            #expect(refused.exit == .code(1))
            #expect(refused.errors.contains("the state 'expired' has no place"))
        }

        private func digest(_ file: String) async throws -> String {
            let check = try await chart(["check", file])
            let words = check.output.split(whereSeparator: { !$0.isHexDigit }).map(String.init)
            return try #require(words.first { $0.count == 64 }, "\(check.output)")
        }
    }
}
