import Crypto
import Foundation
import JSONValue
import Store
import TestSupport
import Testing

/// The agent in the documentation, as it stands there.
@Suite struct PythonAgentTests {
    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private static func program() throws -> String {
        let url = Repository.root.appending(path: "docs/agents.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        let parts = text.components(separatedBy: "```python\n")
        return try #require(parts.dropFirst().first?.components(separatedBy: "```").first)
    }

    @Test func `it is short`() throws {
        #expect(try Self.program().split(separator: "\n", omittingEmptySubsequences: false).count < 60)
    }

    @Test func `it passes a trial, and brings a post to its end`() async throws {
        let place = try await Place(.sqlite)
        let port = try freePort()
        let file = try place.folder.write(Self.program(), to: "agent.py")
        let agent = try await ChildProcess.start(
            try #require(Self.python), [file],
            environment: ["AGENT_SECRET": CallbackAgent.signingSecret.exposed, "PORT": "\(port)"])
        let yaml = """
              - {name: python, url: "http://127.0.0.1:\(port)/jobs", protocol: callback, capabilities: [research],
                 signing_secret_env: REJOINDER_SECRET_AGENT}
              - {name: stranger, url: "http://127.0.0.1:\(port)/jobs", protocol: callback, capabilities: [editorial]}

            """
        try await withService(in: place, yaml: yaml) { edge in
            try await eventually("the agent listens", within: .seconds(20)) {
                let answer = try await edge.post("/v1/endpoints/python/test?seconds=20", [:])
                return answer.json["ok"] == true
            }
            let unsigned = try await edge.post("/v1/endpoints/stranger/test?seconds=5", [:])
            #expect(unsigned.json["ok"] == false && unsigned.text.contains("http_401"), "\(unsigned.text)")
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start") { $0.job.hasPrefix("42-") }
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 202)
            _ = try await edge.commits.wait(for: "research has ended") { writes in
                writes.first { $0.post == post && $0.results.contains { $0.stage == "research" } }
            }
        }
        try await agent.kill()
    }
}
