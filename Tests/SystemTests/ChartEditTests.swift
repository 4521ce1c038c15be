import Foundation
import JSONValue
import Store
import TestSupport
import Testing

extension ShortRuns {
    @Suite struct ChartEdits {
        private static let entry = "      - {target: triage}\n"
        private static let pause = [
            "      - {target: pause}", "  pause:", "    meta: {stage: triage, status: pending}",
            "    after: {300ms: triage}", "",
        ].joined(separator: "\n")

        private static func chart() throws -> String {
            let file = Repository.root.appending(path: "statecharts/post.yaml")
            return try String(contentsOf: file, encoding: .utf8)
        }

        /// The post's chart with one more state, which a timer leaves.
        private static func edited() throws -> String {
            let text = try chart().replacingOccurrences(of: entry, with: pause)
            guard text.contains("pause:") else { throw TestFailure("the chart has no line '\(entry)'") }
            return text
        }

        @Test(arguments: DatabaseKind.allCases)
        func `a state that was added to the chart's file is lived through after a restart`(
            _ kind: DatabaseKind
        ) async throws {
            let rig = try await Rig.make(kind, Rig.Plan())
            try await rig.explained {
                let before = try await Self.live(rig)
                #expect(!before.contains { $0.to.contains("pause") })
                rig.set("chart", try rig.folder.write(try Self.edited(), to: "edited.yaml"))
                let after = try await Self.live(rig)
                let entered = try #require(after.first { $0.to == ["pause"] })
                let left = try #require(after.first { $0.from == ["pause"] })
                #expect(left.origin.hasPrefix("timer:"))
                #expect(left.at - entered.at >= .milliseconds(300))
                #expect(entered.chart != before[0].chart)
            }
        }

        /// Starts the service, brings one post to its end, and stops.
        private static func live(_ rig: Rig) async throws -> [TransitionRow] {
            let service = try await rig.start()
            let closed = try await service.ends.closed
            let post = try await Posts.submit(service, title: Posts.claim)
            try await Posts.untilEnded(service, count: closed + 1)
            try await service.stop()
            return try await rig.database.read { try await $0.history(post, after: 0, limit: 100) }
        }

        @Test func `a broken chart is refused with its place, when the service starts and when it is checked`()
            async throws
        {
            let folder = try TemporaryFolder()
            let text = try Self.chart().replacingOccurrences(of: "onDone: research", with: "onDone: reserch")
            let file = try folder.write(text, to: "broken.yaml")
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = try #require(lines.firstIndex { $0.contains("reserch") }) + 1
            let serve = try await Command.run(
                ["serve", "--port", "0", "--set", "chart=\(file)"], folder: folder.path)
            #expect(serve.exit == .code(78))
            #expect(serve.errors.contains("\(file):\(line):"), "\(serve.errors)")
            #expect(serve.errors.contains("reserch"))
            let check = try await Command.run(["chart", "check", file], folder: folder.path)
            #expect(check.exit == .code(1))
            #expect((check.output + check.errors).contains("\(file):\(line):"))
        }

        @Test func `the chart of the repository and the edited one are accepted`() async throws {
            let folder = try TemporaryFolder()
            for text in [try Self.chart(), try Self.edited()] {
                let file = try folder.write(text, to: "chart.yaml")
                let check = try await Command.run(["chart", "check", file], folder: folder.path)
                #expect(check.exit == .code(0), "\(check.output)\(check.errors)")
            }
        }
    }
}
