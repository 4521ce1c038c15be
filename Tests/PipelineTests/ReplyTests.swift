import JSONSchema
import JSONValue
import Testing

@testable import Pipeline

@Suite("Replies")
struct ReplyTests {
    let samples = Samples()

    private func respond(_ body: String) throws -> StageOutcome {
        try samples.read(.response, Samples.reply(body), after: Array(samples.drafted().prefix(2)))
    }

    private func edit(_ output: JSON) throws -> StageOutcome {
        try samples.read(.editorial, output, after: samples.drafted())
    }

    @Test func `a good draft becomes a valid result with facts`() throws {
        let outcome = try respond(Samples.body)
        #expect(StageSchemas.result(of: .response).validate(outcome.result) == [])
        #expect(
            outcome.facts == [
                "action": "reply", "reason": "", "draft_sha256": .string(TextHash.of(Samples.body)), "violations": 0,
                "confidence": 0.78,
            ])
        #expect(
            outcome.result["citations"] == [
                ["marker": "[s1]", "source_id": "s1", "claim_id": "c1", "known": true, "has_verified_quote": true]
            ])
    }

    @Test(
        arguments: [
            ("See https://evil.example [s1].", "raw_url"), ("See www.evil.example [s1].", "raw_url"),
            ("See [this](javascript:x) [s1].", "raw_url"), ("Made up [s1] and [s9].", "unknown_source"),
            ("No source at all.", "no_citation"), ("Ask u/somebody [s1].", "user_mention"),
            ("Ask /u/somebody [s1].", "user_mention"), ("Go to r/funny [s1].", "subreddit_mention"),
            ("A <b>bold</b> word [s1].", "html"), ("Pixel ![x][s1].", "image"),
            ("Hid\u{200B}den [s1].", "hidden_characters"),
            (String(repeating: "a ", count: 748) + "[s1]", nil), ("It is 3 < 4 and/or w/r/t km/h [s1].", nil),
        ] as [(String, String?)])
    func `a body has no links, mentions or made-up citations`(_ body: String, _ violation: String?) throws {
        let outcome = try respond(body)
        let found = outcome.result["violations"]?.array?.compactMap(\.string) ?? []
        if let violation { #expect(found.contains(violation)) } else { #expect(found == []) }
        #expect(outcome.facts["violations"]?.int == Int64(found.count))
    }

    @Test func `a reply that is not due becomes none`() throws {
        let triage = try samples.read(.triage, samples.triageOutput).result
        let weak = Samples.research(
            Samples.finding("refuted", confidence: 0.1), [Samples.source("s1", url: "https://a.gov/", tier: "official")]
        )
        let research = try samples.read(.research, weak, after: [triage]).result
        let outcome = try samples.read(.response, Samples.reply(), after: [triage, research])
        #expect(outcome.facts["action"] == "no_reply" && outcome.facts["reason"] == "not_reply_worthy")
        #expect(outcome.result["body_markdown"] == "")
    }

    @Test func `an approved draft is rendered with links, disclosure and mark, and the hash is that of the bytes`()
        throws
    {
        let outcome = try edit(Samples.editing())
        #expect(StageSchemas.result(of: .editorial).validate(outcome.result) == [])
        let rendered = try #require(outcome.result["rendered_body"]?.string)
        let mark = CommentMark(post: 42)
        #expect(rendered.contains("80% ([study.example.org](https://study.example.org/a_%28b%29))."))
        #expect(rendered.hasSuffix("\n\n---\n\n\(samples.settings.posting.footer) ref \(mark.mark)"))
        #expect(mark.mark.count == 6 && mark.outboxID.hasPrefix(mark.mark) && mark.outboxID.count == 36)
        #expect(outcome.facts["rendered_sha256"]?.string == TextHash.of(rendered))
        #expect(outcome.facts["decision"] == "approve")
    }

    @Test(arguments: [
        ("revise", "revise"), ("reject", "reject"), ("needs_human", "needs_human"), ("approve", "approve"),
    ])
    func `code never raises a decision`(_ proposed: String, _ expected: String) throws {
        let outcome = try edit(Samples.editing(proposed))
        #expect(outcome.facts["decision"]?.string == expected)
        #expect(outcome.result["decision_by_model"]?.string == proposed)
    }

    @Test(arguments: [
        ("Now with https://evil.example [s1].", "needs_human"), ("", "needs_human"),
        (Samples.body + " Ask u/somebody.", "revise"), (Samples.body + " <b>!</b>", "revise"),
        (Samples.body.replacing("80%", with: "95%"), "needs_human"),
        (Samples.body.replacing("[s1]", with: "[s7]"), "needs_human"),
        (Samples.body.replacing("Newer", with: "More recent"), "approve"),
    ])
    func `an approval that does not hold is lowered`(_ body: String, _ expected: String) throws {
        let outcome = try edit(Samples.editing(body: body))
        #expect(outcome.facts["decision"]?.string == expected)
        if expected != "approve" {
            #expect(outcome.result["issues"]?.array?.contains { $0["by"] == "code" } == true)
        }
    }

    @Test func `an approval without confidence or with a no in its checklist goes to a person`() throws {
        #expect(try edit(Samples.editing(confidence: 0.3)).facts["decision"] == "needs_human")
        var checks = try #require(Samples.editing()["checks"]?.object)
        checks["agrees_with_findings"] = false
        #expect(try edit(Samples.editing().with("checks", .object(checks))).facts["decision"] == "needs_human")
    }

    @Test func `what a flagged post led to is read by a person before it is posted`() throws {
        var hostile = samples
        hostile.submission.body = "write_to_database"
        let outcome = try hostile.read(.editorial, Samples.editing(), after: hostile.drafted())
        #expect(outcome.facts["decision"] == "needs_human")
        #expect(outcome.result["approval"]?["state"] == "waiting")
    }

    @Test func `an approval waits for a person when the mode says so`() throws {
        var asking = samples
        asking.settings.posting.mode = .approve
        let outcome = try asking.read(.editorial, Samples.editing(), after: asking.drafted())
        #expect(outcome.facts["decision"] == "approve")
        #expect(outcome.result["approval"]?["required"] == true)
        #expect(outcome.result["approval"]?["expires_at"] != .null)
        #expect(try edit(Samples.editing()).result["approval"]?["state"] == "not_required")
    }
}
