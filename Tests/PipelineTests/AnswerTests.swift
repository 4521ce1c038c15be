import JSONValue
import Testing

@testable import Pipeline

@Suite("Model answers")
struct AnswerTests {
    let samples = Samples()

    private func read(_ text: String, finishReason: String = "stop") throws -> StageOutcome {
        try StageReader(settings: samples.settings).read(
            .text(text), work: samples.work(.triage), run: samples.run(.triage, finishReason: finishReason))
    }

    private func failure(_ text: String, finishReason: String = "stop") -> StageFailure? {
        #expect(throws: StageFailure.self) { try read(text, finishReason: finishReason) }
    }

    @Test(arguments: [
        "ANSWER", "```json\nANSWER\n```", "<think>maybe {\"decision\": 1} or {</think>\nANSWER",
        "Sure! Here it is:\n\nANSWER\n\nAnything else?", "reasoning without a tag {x}</think>ANSWER",
        "I used {braces} in prose. ANSWER", "ANSWER\nANSWER",
    ])
    func `an answer is found in fences, thoughts and prose`(_ form: String) throws {
        let outcome = try read(form.replacing("ANSWER", with: samples.triageOutput.text))
        #expect(outcome.facts["decision"] == "research")
        #expect(outcome.result["run"]?["repaired"] == .bool(form != "ANSWER"))
    }

    @Test func `a cut answer is named`() {
        let text = String(samples.triageOutput.text.dropLast(20))
        #expect(failure(text)?.code == .outputCut)
        #expect(failure("```json\n" + text)?.isRetryable == true)
        #expect(failure("<think>so many thoughts", finishReason: "length")?.code == .outputCut)
    }

    @Test func `a refusal is named and not retried`() {
        #expect(failure("I'm sorry, but I can't help with that.")?.code == .refused)
        #expect(failure("", finishReason: "content_filter")?.code == .refused)
        #expect(failure("I cannot do this.")?.isRetryable == false)
    }

    @Test(arguments: ["", "no object here", "{}", "{\"decision\": \"research\"}", "[1, 2]", "{decision: research}"])
    func `rubbish is invalid output`(_ text: String) {
        #expect(failure(text)?.code == .invalidOutput)
    }

    @Test func `two different fitting objects are no answer`() {
        let other = samples.triageOutput.with("decision", "reject")
        let both = "The post says \(other.text) and I say \(samples.triageOutput.text)"
        #expect(failure(both)?.code == .invalidOutput)
    }

    @Test func `unknown members and words of state are refused`() {
        #expect(failure(samples.triageOutput.with("next_stage", "published").text)?.code == .invalidOutput)
        #expect(failure(samples.triageOutput.with("decision", "POST_NOW").text)?.code == .invalidOutput)
    }

    @Test func `failures do not repeat what a model said`() {
        let text = samples.triageOutput.with("topic", "sk-secret").text
        #expect(failure(text)?.description.contains("sk-secret") == false)
    }

    @Test func `reasoning that is too long is cut, not refused`() throws {
        let long = String(repeating: "é", count: 5000)
        let outcome = try read(samples.triageOutput.with("reasoning", .string(long)).text)
        #expect(outcome.result["reasoning"]?.string?.unicodeScalars.count == 600)
    }

    @Test(arguments: 0..<200)
    func `no mangled answer crashes the reader`(_ seed: UInt64) {
        var random = SeededGenerator(state: seed)
        var bytes = Array("```json\n\(samples.triageOutput.text)\n```".utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes.remove(at: index)
            case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
            default: bytes.removeSubrange(index...)
            }
            if bytes.isEmpty { break }
        }
        _ = try? read(String(decoding: bytes, as: UTF8.self))
    }
}
