import HTTPServer
import JSONValue
import Store
import Testing

/// A model whose answer does not fit is shown what is wrong, once.
@Suite struct RepairTests {
    private static func completion(_ content: String) -> ServerResponse {
        let body: JSON = [
            "model": "m-1", "choices": [["finish_reason": "stop", "message": ["content": .string(content)]]],
            "usage": ["prompt_tokens": 100, "completion_tokens": 10],
        ]
        return ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: body.bytes())
    }

    private func withChat(
        _ behaviour: @escaping CallbackAgent.Behaviour, _ test: (ServiceUnderTest, CallbackAgent) async throws -> Void
    ) async throws {
        let chat = try CallbackAgent(behaviour)
        let yaml = """
              - {name: chat, url: "\(chat.url)", protocol: chat, capabilities: [triage], preference: 5,
                 input_price: 1000000, output_price: 2000000}

            """
        try await withService(settings: ["triage.max_retries=0"], yaml: yaml) { edge in
            while !edge.service.engine.ownedEndpoints.contains(where: { $0.name == "chat" }) { await Task.yield() }
            try await test(edge, chat)
        }
        await chat.close()
    }

    @Test func `the second answer counts, within the same attempt, and both are paid for`() async throws {
        try await withChat { _, number in
            Self.completion(number == 1 ? #"{"decision": "perhaps"}"# : Callback.triage.text)
        } _: { edge, chat in
            let post = try await edge.submit()
            try await edge.committed(post, "research", "pending")
            let second = try await chat.starts.number(2, of: "call")
            let messages = try #require(second.json["messages"]?.array)
            #expect(messages.suffix(2).map { $0["role"]?.string } == ["assistant", "user"])
            #expect(messages.dropLast().last?["content"] == #"{"decision": "perhaps"}"#)
            #expect(messages.last?["content"]?.string?.contains("does not fit its schema") == true)
            let result = try #require(try await edge.store.results(post).first)
            #expect(result.attempt == "42-1/1")
            #expect(result.result["run"]?["repaired"] == true)
            let cost = try await edge.store.spending().microdollars["chat"]
            #expect(cost == 240)
        }
    }

    @Test func `after the second answer that does not fit the attempt fails by that name`() async throws {
        try await withChat { _, _ in
            Self.completion(#"{"decision": "perhaps"}"#)
        } _: { edge, chat in
            let post = try await edge.submit()
            try await edge.committed(post, "triage", "failed")
            #expect(chat.starts.all.count == 2)
            #expect(try await edge.endings(post).first?.data["code"] == "invalid_output")
            #expect(try await edge.store.spending().microdollars["chat"] == 240, "both were paid for")
        }
    }

    @Test func `a cut answer is not repaired but named`() async throws {
        try await withChat { _, _ in
            Self.completion(#"{"decision": "rese"#)
        } _: { edge, chat in
            let post = try await edge.submit()
            try await edge.committed(post, "triage", "failed")
            #expect(chat.starts.all.count == 1)
            #expect(try await edge.endings(post).first?.data["code"] == "output_cut")
        }
    }
}
