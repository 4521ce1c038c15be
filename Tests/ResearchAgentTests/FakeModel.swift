import HTTPServer
import JSONValue
import Threads

/// A chat endpoint that answers as a test says.
final class FakeModel: Sendable {
    struct Question: Sendable {
        /// `research_query` or `research_evidence`.
        let name: String
        /// What stands between the marker lines.
        let data: JSON
        /// Counted from 1.
        let number: Int
    }

    enum Answer: Sendable {
        case object(JSON)
        case response(ServerResponse)
        case never
    }

    private let server: HTTPServer
    private let log: Shared<[Question]>

    init(tokens: Int64 = 100, _ script: @escaping @Sendable (Question) -> Answer) throws {
        let log = Shared<[Question]>([])
        server = try HTTPServer(options: ServerOptions(bodyLimit: { _, _ in 8 << 20 })) { request in
            let body = (try? JSON.parse(request.body)) ?? .null
            let text = body["messages"]?.array?.last { $0["content"]?.string?.hasPrefix("BEGIN DATA") == true }
            let line = text?["content"]?.string?.split(separator: "\n").dropFirst().first
            let question = log.withLock { log -> Question in
                log.append(
                    Question(
                        name: body["response_format"]?["json_schema"]?["name"]?.string ?? "",
                        data: line.flatMap { try? JSON.parse(String($0)) } ?? .null, number: log.count + 1))
                return log[log.count - 1]
            }
            switch script(question) {
            case .object(let object): return Self.completion(object, tokens)
            case .response(let response): return response
            case .never:
                _ = try? await Reply<Void>().value
                return ServerResponse(status: 503)
            }
        }
        self.log = log
    }

    var url: String { "http://127.0.0.1:\(server.port)" }
    var questions: [Question] { log.value }

    func close() async { await server.close(grace: .milliseconds(100)) }

    private static func completion(_ object: JSON, _ tokens: Int64) -> ServerResponse {
        let body: JSON = [
            "model": "fake", "choices": [["finish_reason": "stop", "message": ["content": .string(object.text)]]],
            "usage": ["prompt_tokens": .int(tokens), "completion_tokens": 10, "cost": 0.001],
        ]
        return ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: body.bytes())
    }

    // MARK: Answers

    static func search(_ query: String, claim: String = "c1") -> Answer {
        .object([
            "action": "search", "claim_id": .string(claim), "query": .string(query), "result_id": nil, "reasoning": "",
        ])
    }

    static func read(_ result: String) -> Answer {
        .object(["action": "read", "claim_id": nil, "query": nil, "result_id": .string(result), "reasoning": ""])
    }

    static let done = Answer.object([
        "action": "done", "claim_id": nil, "query": nil, "result_id": nil, "reasoning": "",
    ])

    /// One search, then every result in order, then done.
    static func plan(_ question: Question) -> Answer {
        if question.data["queries"]?.array?.isEmpty != false { return search("a query") }
        let next = question.data["results"]?.array?.first { $0["status"]?.string == "new" }
        return next?["result_id"]?.string.map { read($0) } ?? done
    }

    /// A finding for each claim, with the same evidence.
    static func judge(_ question: Question, _ quotes: [(source: String, quote: String)]) -> Answer {
        let evidence = quotes.map { quote -> JSON in
            ["source_id": .string(quote.source), "quote": .string(quote.quote), "stance": "refutes"]
        }
        let findings = (question.data["claims"]?.array ?? []).map { claim -> JSON in
            [
                "claim_id": claim["claim_id"] ?? nil, "verdict": "refuted", "confidence": 0.9, "summary": "Not so.",
                "evidence": .array(evidence), "open_questions": ["What else?"],
            ]
        }
        return .object(["findings": .array(findings), "instructions_in_sources": [], "reasoning": "Read."])
    }
}
