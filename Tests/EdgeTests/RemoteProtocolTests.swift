import Crypto
import Engine
import HTTPClient
import JSONValue
import TestSupport
import Testing

@testable import Agents

/// The protocols that are asked how jobs stand, as tables.
@Suite struct RemoteProtocolTests {
    private static let context = AgentsProtocolTests.context
    private static let remote = RemoteJob(
        url: "http://a.test/rpc", id: "r-1", credentials: EndpointCredentials(bearer: "b-1"))

    private func answer(_ status: Int, _ body: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: HTTPHeaders([]), body: Array(body.utf8))
    }

    @Test func `a response is started in the background, stored, with our own handle in its metadata`() throws {
        let call = ResponsesProtocol().start(Self.context)
        #expect(call.method == "POST" && call.url == "http://agent.test/jobs/v1/responses")
        let body = try JSON.parse(call.body)
        #expect(body["background"] == true && body["store"] == true && body["model"] == "m-1")
        #expect(body["metadata"] == ["call_id": "42-1", "attempt": "3"])
        let format = body["text"]?["format"]
        #expect(format?["type"] == "json_schema" && format?["strict"] == true && format?["name"] == "triage_output")
        #expect(format?["schema"] == ["type": "object"] && body["response_format"] == nil)
        #expect(call.headers.contains { $0 == ("Authorization", "Bearer b-1") })
    }

    @Test func `a response's id goes into a path only when it is one`() throws {
        let plain = try #require(ResponsesProtocol().poll(Self.remote))
        #expect(plain.method == "GET" && plain.url == "http://a.test/rpc/v1/responses/r-1")
        #expect(ResponsesProtocol().cancel(Self.remote)?.url == "http://a.test/rpc/v1/responses/r-1/cancel")
        for id in ["", "../x", "a/b", "a?b", "a b", "é"] {
            #expect(ResponsesProtocol().poll(RemoteJob(url: "http://a", id: id, credentials: .init())) == nil)
        }
    }

    @Test func `what a response says of itself is read by its status`() {
        func text(_ parts: String, status: String = "completed") -> String {
            #"{"id": "r", "status": "\#(status)", "output": [{"type": "web_search_call"}, "#
                + #"{"type": "message", "content": [\#(parts)]}]}"#
        }
        let table: [(HTTPResponse, String)] = [
            (answer(200, #"{"id": "r", "status": "queued"}"#), "running"),
            (answer(200, #"{"id": "r", "status": "in_progress"}"#), "running"),
            (answer(200, text(#"{"type": "output_text", "text": "{}"}"#)), "completed {}"),
            (
                answer(
                    200, text(#"{"type": "output_text", "text": "{\"a\""}, {"type": "output_text", "text": ": 1}"}"#)),
                #"completed {"a": 1}"#
            ),
            (answer(200, text(#"{"type": "refusal", "refusal": "no"}"#)), "failed refused false"),
            (answer(200, text("")), "failed no_content true"),
            (
                answer(200, #"{"status": "failed", "error": {"code": "server_error", "message": "m"}}"#),
                "failed server_error true"
            ),
            (answer(200, #"{"status": "failed", "error": {"code": "invalid_prompt"}}"#), "failed invalid_prompt false"),
            (answer(200, #"{"status": "cancelled"}"#), "failed cancelled true"),
            (
                answer(200, #"{"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}"#),
                "failed output_cut true"
            ),
            (
                answer(200, #"{"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}"#),
                "failed refused false"
            ),
            (answer(200, #"{"status": "dreaming"}"#), "unclear"), (answer(200, "<html>"), "unclear"),
            (answer(404, ""), "lost"), (answer(500, ""), "unclear"), (answer(401, ""), "unclear"),
        ]
        for (response, meaning) in table {
            #expect(
                Self.say(ResponsesProtocol().read(poll: response)) == meaning,
                "\(String(decoding: response.body, as: UTF8.self))")
        }
    }

    @Test func `a task is asked for without waiting, with a push address and two texts that nobody can guess`() throws {
        let call = A2AProtocol().start(Self.context)
        #expect(call.headers.contains { $0 == ("A2A-Version", "1.0") })
        let body = try JSON.parse(call.body)
        #expect(body["jsonrpc"] == "2.0" && body["method"] == "SendMessage")
        let message = body["params"]?["message"]
        #expect(message?["role"] == "ROLE_USER" && message?["contextId"] == nil)
        #expect(message?["messageId"]?.string?.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
        #expect(message?["parts"]?[1]?["data"]?["input"] == ["post": ["title": "A \"title\""]])
        let configuration = body["params"]?["configuration"]
        #expect(configuration?["returnImmediately"] == true)
        let push = configuration?["taskPushNotificationConfig"]
        let (token, bearer) = (push?["token"]?.string, push?["authentication"]?["credentials"]?.string)
        #expect(
            push?["url"] == "http://us.test/callbacks/42-1/3?k=abc" && push?["authentication"]?["scheme"] == "Bearer")
        #expect(token?.count == 64 && bearer?.count == 64 && token != bearer)
        #expect(!body.text.contains("whsec_"))
        #expect(A2AProtocol().find(Self.context) == nil)
        var context = Self.context
        context.credentials.keepsContext = true
        let kept = try JSON.parse(A2AProtocol().start(context).body)["params"]?["message"]?["contextId"]
        let found = try JSON.parse(#require(A2AProtocol().find(context)).body)["params"]?["contextId"]
        #expect(kept == found && kept != nil)
    }

    @Test func `what a task says of itself is read in both versions' words`() {
        func task(_ state: String, _ more: String = "") -> HTTPResponse {
            answer(200, #"{"result": {"id": "t", "status": {"state": "\#(state)"}\#(more)}}"#)
        }
        let artifacts = #", "artifacts": [{"parts": [{"text": "see"}, {"data": {"a": 1}}]}]"#
        let old = #", "artifacts": [{"parts": [{"kind": "data", "data": {"a": 1}}]}]"#
        let table: [(HTTPResponse, String)] = [
            (task("TASK_STATE_SUBMITTED"), "running"), (task("working"), "running"),
            (task("TASK_STATE_COMPLETED", artifacts), #"completed {"a":1}"#),
            (task("completed", old), #"completed {"a":1}"#), (task("completed"), "failed no_content true"),
            (task("TASK_STATE_FAILED"), "failed agent_failed true"), (task("rejected"), "failed refused false"),
            (task("TASK_STATE_CANCELED"), "failed cancelled true"),
            (task("TASK_STATE_INPUT_REQUIRED"), "failed input_required false"),
            (task("auth-required"), "failed auth_required false"), (task("TASK_STATE_DREAMING"), "unclear"),
            (answer(200, #"{"error": {"code": -32001, "message": "Task not found"}}"#), "lost"),
            (answer(200, #"{"error": {"code": -32603}}"#), "unclear"), (answer(200, "[]"), "unclear"),
            (answer(503, ""), "unclear"),
        ]
        for (response, meaning) in table {
            #expect(
                Self.say(A2AProtocol().read(poll: response)) == meaning,
                "\(String(decoding: response.body, as: UTF8.self))")
        }
    }

    @Test func `an answer to a start may be a task, one that has ended, a message or an error`() {
        let table: [(String, String)] = [
            (#"{"result": {"task": {"id": "t-1", "status": {"state": "TASK_STATE_SUBMITTED"}}}}"#, "accepted t-1"),
            (#"{"result": {"kind": "task", "id": "t-1", "status": {"state": "submitted"}}}"#, "accepted t-1"),
            (#"{"result": {"message": {"parts": [{"text": "{}"}]}}}"#, "completed"),
            (#"{"result": {"kind": "message", "parts": [{"kind": "text", "text": "{}"}]}}"#, "completed"),
            (#"{"result": {"message": {"parts": []}}}"#, "failed no_content"),
            (#"{"result": {"task": {"id": "t-1", "status": {"state": "TASK_STATE_REJECTED"}}}}"#, "failed refused"),
            (#"{"error": {"code": -32009, "message": "version"}}"#, "failed rpc_-32009"),
            (#"{"error": {"code": -32603}}"#, "fault rpc_-32603"), (#"{"result": 7}"#, "fault not_a_task"),
            ("rubbish", "fault not_json_rpc"),
        ]
        for (body, meaning) in table {
            let said =
                switch A2AProtocol().read(start: answer(200, body)) {
                case .accepted(let id): "accepted \(id ?? "-")"
                case .completed: "completed"
                case .failed(let failure, _): "failed \(failure.code)"
                case .fault(let code, _, _): "fault \(code)"
                }
            #expect(said == meaning, "\(body)")
        }
    }

    @Test func `pushes are told apart by their members`() throws {
        let table: [(JSON, String)] = [
            (["task": ["id": "t", "status": ["state": "TASK_STATE_WORKING"]]], "t false"),
            (["statusUpdate": ["taskId": "t", "status": ["state": "TASK_STATE_COMPLETED"]]], "t true"),
            (["artifactUpdate": ["taskId": "t", "artifact": [:]]], "t false"),
            (["message": ["taskId": "t", "parts": []]], "t false"),
            (["kind": "task", "id": "t", "status": ["state": "completed"]], "t true"),
            (["id": "t", "status": ["state": "failed"]], "t true"), (["id": "t"], "-"), ([:], "-"), (7, "-"),
            (["statusUpdate": ["status": ["state": "failed"]]], "-"),
        ]
        for (body, meaning) in table {
            #expect(A2APush(body).map { "\($0.taskID) \($0.isEnd)" } ?? "-" == meaning, "\(body.text)")
        }
    }

    @Test(.readsSharedData("a2a/transcript.txt"), .tags(.sharedData))
    func `everything that a real A2A agent has said is understood`() throws {
        let lines = String(decoding: try SharedData.bytes("a2a/transcript.txt"), as: UTF8.self).split(
            whereSeparator: \.isNewline)
        var counts: [String: Int] = [:]
        for line in lines where line.hasPrefix("{") {
            let json = try JSON.parse(String(line))
            let isRequest = json["method"] != nil || json["configuration"] != nil
            if A2APush(json) != nil, !isRequest { counts["push", default: 0] += 1 }
            guard json["jsonrpc"] != nil, !isRequest else { continue }
            if json["result"]?["task"] != nil || json["result"]?["message"] != nil {
                if case .fault = A2AProtocol().read(start: answer(200, String(line))) {
                    Issue.record("not understood: \(line.prefix(200))")
                }
                counts["start", default: 0] += 1
            } else if json["result"]?["status"] != nil {
                if case .unclear(let reason) = A2AProtocol().read(poll: answer(200, String(line))) {
                    Issue.record("not understood: \(reason)")
                }
                counts["task", default: 0] += 1
            }
        }
        #expect(counts["push", default: 0] >= 72, "\(counts)")
        #expect(counts["start", default: 0] >= 8 && counts["task", default: 0] >= 5, "\(counts)")
    }

    /// A reply in a few words.
    private static func say(_ reply: PollReply) -> String {
        switch reply {
        case .running: "running"
        case .completed(let data): "completed \(data["output"]?.string ?? data["output"]?.text ?? "-")"
        case .failed(let failure, _): "failed \(failure.code) \(failure.isRetryable)"
        case .lost: "lost"
        case .unclear: "unclear"
        }
    }
}
