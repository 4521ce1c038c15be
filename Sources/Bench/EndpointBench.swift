import Agents
import Crypto
import Foundation
import HTTPClient
import HTTPServer
import JSONValue
import Pipeline
import Store
import Threads

/// Measures what endpoints cost the process: signatures, results, calls that are held open.
package enum EndpointBench {
    /// Verifications of one signature, on one thread.
    package static func signatures(rounds: Int) throws -> JSON {
        let secret = WebhookSecret(bytes: Digest.randomBytes(32))
        let other = WebhookSecret(bytes: Digest.randomBytes(32))
        var answer: JSONObject = ["workload": "signatures", "verifications": .int(Int64(rounds))]
        for (name, size) in [("1k", 1000), ("20k", 20_000)] {
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: size)
            let signature = WebhookSignature.sign(id: "msg_1", timestamp: 1000, body: body, secret: secret)
            let spent = try Spent.by {
                // Two keys, as while one is exchanged.
                for _ in 0..<rounds {
                    try WebhookSignature.verify(
                        id: "msg_1", timestamp: "1000", signatures: signature, body: body, secrets: [other, secret],
                        now: 1000)
                }
            }
            answer["per_s_\(name)"] = .rounded(Double(rounds) / (spent.cpuMicroseconds / 1e6), 0)
        }
        answer["load"] = .rounded(ProcessUsage.load, 2)
        return .object(answer)
    }

    /// Results read as the pipeline reads them: the object found, the schema checked, quotes looked for, facts made.
    package static func results(rounds: Int) throws -> JSON {
        let (now, settings) = (Timestamp(seconds: 1_795_450_000), PipelineSettings())
        let work = try SampleWork.make(.triage, job: JobKey(post: .trial, number: 1), now: now, settings: settings)
        var answer: JSONObject = ["workload": "validate", "results": .int(Int64(rounds))]
        let text = SampleWork.triageOutput.text
        let forms: [(String, JSON)] = [
            ("value", SampleWork.triageOutput), ("text", .string(text)),
            ("prose", .string("<think>Let me see: {\"a\": 1}</think>\nHere it is:\n```json\n\(text)\n```\nDone.")),
        ]
        for (name, output) in forms {
            let spent = try Spent.by {
                for _ in 0..<rounds {
                    if let problem = SampleWork.problem(with: output, of: work, now: now, settings: settings) {
                        throw BenchError("the sample does not fit: \(problem)")
                    }
                }
            }
            answer["us_per_\(name)"] = .rounded(spent.cpuMicroseconds / Double(rounds), 1)
        }
        answer["load"] = .rounded(ProcessUsage.load, 2)
        return .object(answer)
    }

    /// Many chat calls held open at once, answered by another process after a delay.
    package static func chat(calls: Int, delayMilliseconds: Int) async throws -> JSON {
        let child = try BenchChild(arguments: ["bench", "chat-server", "--delay", String(delayMilliseconds)])
        defer { child.stop() }
        guard let port = try await child.answer()["port"]?.int else { throw BenchError("the chat has no port") }
        let (now, settings) = (Timestamp(seconds: 1_795_450_000), PipelineSettings())
        let work = try SampleWork.make(.triage, job: JobKey(post: .trial, number: 1), now: now, settings: settings)
        let call = ChatProtocol().start(try context(work, port: port))
        let client = HTTPClient(maximumConnections: calls + 16, userAgent: "rejoinder-bench")
        @Sendable func once() async throws -> Duration {
            let began = ContinuousClock.now
            let request = HTTPRequest(
                method: call.method, url: call.url, headers: call.headers, body: call.body, timeout: .seconds(300))
            let reply = ChatProtocol().read(start: try await client.send(request))
            guard case .completed(let data) = reply,
                SampleWork.problem(with: data["output"] ?? .null, of: work, now: now, settings: settings) == nil
            else { throw BenchError("a call was not answered as it should be") }
            return ContinuousClock.now - began - .milliseconds(delayMilliseconds)
        }
        _ = try await once()
        let (before, cpu) = (ProcessUsage.residentMegabytes, ProcessUsage.cpuMicroseconds)
        let held = Shared(0.0)
        let added = try await withThrowingTaskGroup(of: Duration.self) { group in
            for _ in 0..<calls { group.addTask { try await once() } }
            // By now all are sent and none is answered: the moment at which they are all held.
            try await Task.sleep(for: .milliseconds(delayMilliseconds * 3 / 4))
            held.set(ProcessUsage.residentMegabytes)
            var added: [Duration] = []
            for try await one in group { added.append(one) }
            return added
        }
        let used = ProcessUsage.cpuMicroseconds - cpu
        await client.close()
        let sample = LatencySample(added)
        return [
            "workload": "chat", "calls": .int(Int64(calls)), "delay_ms": .int(Int64(delayMilliseconds)),
            "added_p50_ms": .rounded(sample.percentile(0.5), 2), "added_p99_ms": .rounded(sample.percentile(0.99), 2),
            "rss_kb_per_call": .rounded((held.value - before) * 1024 / Double(calls), 1),
            "cpu_us_per_call": .rounded(Double(used) / Double(calls), 1), "rss_mb": .rounded(held.value, 1),
            "load": .rounded(ProcessUsage.load, 2),
        ]
    }

    /// The chat of ``chat(calls:delayMilliseconds:)``, until standard input ends.
    package static func serveChat(delayMilliseconds: Int) async throws {
        let body: JSON = [
            "model": "bench",
            "choices": [["finish_reason": "stop", "message": ["content": .string(SampleWork.triageOutput.text)]]],
            "usage": ["prompt_tokens": 900, "completion_tokens": 120],
        ]
        let bytes = body.bytes()
        let server = try HTTPServer { _ in
            // The slowness that is measured against.
            try? await Task.sleep(for: .milliseconds(delayMilliseconds))
            return ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: bytes)
        }
        FileHandle.standardOutput.write(Data("{\"port\": \(server.port)}\n".utf8))
        while readLine() != nil {}
        await server.close(grace: .milliseconds(100))
    }

    private static func context(_ work: StageWork, port: Int64) throws -> StartContext {
        guard let prompt = PromptShelf.builtIn[work.source] else { throw BenchError("triage has no prompt") }
        var random = SystemRandomNumberGenerator()
        let messages = try work.messages(prompt: prompt, using: &random)
        return StartContext(
            job: work.job.description, attempt: 1, stage: work.source.stage.rawValue, model: "bench",
            url: "http://127.0.0.1:\(port)", deadline: "", input: work.input, outputSchema: work.outputSchema,
            schemaName: work.source.outputSchemaName, messages: messages.map { ($0.role.rawValue, $0.content) },
            callbackURL: "", callbackSecret: WebhookSecret(bytes: [1]), credentials: EndpointCredentials(),
            unixTime: 0)
    }
}
