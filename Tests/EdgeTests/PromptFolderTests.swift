import HTTPServer
import JSONValue
import Pipeline
import Store
import Testing
import Texts

/// An operator's prompts in the place of the built-in ones.
@Suite struct PromptFolderTests {
    private static func prompt(version: String, schema: String = "triage.output") -> String {
        """
        ---
        version: \(version)
        schema: \(schema)
        variables: tag, schema
        ---
        # System

        Our own words. Data stands between lines with {{tag}}. Answer by {{schema}}.

        # Task

        Judge it.
        """
    }

    @Test func `a file of the folder is what the model reads, and its version stands in the result`() async throws {
        let place = try await Place(.sqlite)
        _ = try place.folder.write(Self.prompt(version: "ours/7"), to: "prompts/triage.md")
        let chat = try CallbackAgent { _, _ in
            let body: JSON = [
                "choices": [["finish_reason": "stop", "message": ["content": .string(Callback.triage.text)]]]
            ]
            return ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: body.bytes())
        }
        let yaml = """
              - {name: chat, url: "\(chat.url)", protocol: chat, capabilities: [triage], preference: 5}

            """
        let settings = ["prompts.folder=\(place.folder.file("prompts"))"]
        try await withService(in: place, settings: settings, yaml: yaml) { edge in
            while !edge.service.engine.ownedEndpoints.contains(where: { $0.name == "chat" }) { await Task.yield() }
            let post = try await edge.submit()
            try await edge.committed(post, "research", "pending")
            let call = try await chat.starts.number(1, of: "call")
            #expect(call.json["messages"]?[0]?["content"]?.string?.hasPrefix("Our own words.") == true)
            let result = try #require(try await edge.store.results(post).first)
            #expect(result.result["run"]?["prompt_version"] == "ours/7")
        }
        await chat.close()
    }

    @Test(arguments: [
        ("nonsense.md", prompt(version: "a"), "nonsense.md is no prompt's file"),
        ("research.md", prompt(version: "a"), "research.md is no prompt's file"),
        ("triage.md", prompt(version: "a", schema: "editorial.output"), "its schema must be triage.output"),
        ("triage.md", "no header", "a prompt begins with a header"),
    ])
    func `a file that cannot be used is refused by name`(_ name: String, _ text: String, _ reason: String) {
        do {
            _ = try PromptShelf(files: [name: text])
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }
}
