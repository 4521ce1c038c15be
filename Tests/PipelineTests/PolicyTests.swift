import ChartFormat
import JSONSchema
import JSONValue
import Store
import Testing

@testable import Pipeline

@Suite("Policies")
struct PolicyTests {
    let settings = PipelineSettings()
    let now = Timestamp(seconds: 1_790_000_000)

    private func delay(
        _ name: String, _ context: JSONObject = [:], _ event: JSONObject = [:], random: Double = 0
    ) -> Duration? {
        NamedDelays(settings).duration(of: name, context: context, event: event, now: now, random: random)
    }

    @Test(arguments: 1...12)
    func `backoff doubles up to its cap, its upper half left to chance`(_ retries: Int) throws {
        let full = min(5.0 * Double(1 << (retries - 1)), 900)
        var random = SeededGenerator(state: UInt64(retries))
        var spread: Set<Duration> = []
        for _ in 0..<50 {
            let chance = Double.random(in: 0..<1, using: &random)
            let wait = try #require(delay("triage.backoff", ["retries": .int(Int64(retries))], random: chance))
            #expect(wait >= .seconds(full / 2) && wait <= .seconds(full))
            spread.insert(wait)
        }
        #expect(spread.count > 40)
    }

    @Test func `the same randomness gives the same delays`() {
        func delays(_ seed: UInt64) -> [Duration?] {
            var random = SeededGenerator(state: seed)
            return (1...10).map {
                delay("research.backoff", ["retries": .int($0)], random: .random(in: 0..<1, using: &random))
            }
        }
        #expect(delays(3) == delays(3) && delays(3) != delays(4))
    }

    @Test func `a longer wait that was asked for is kept`() {
        #expect(delay("triage.backoff", ["retries": 1], ["retry_after_s": 120]) == .seconds(120))
        #expect(delay("triage.backoff", ["retries": 8], ["retry_after_s": 1]) == .seconds(320))
        #expect(delay("triage.backoff", ["retries": 1], ["retry_after_s": 1e30]) == NamedDelays.askedLimit)
    }

    @Test func `a slot is waited for`() {
        let until = JSON.int((now + .seconds(90)).microseconds)
        #expect(delay("posting.slot", [:], ["wait_s": 12.5]) == .milliseconds(12_500))
        #expect(delay("posting.slot", [:], ["until": until]) == .seconds(90))
        #expect(delay("posting.slot", ["slot": until]) == .seconds(90))
        #expect(delay("posting.slot", ["slot": 0]) == .zero)
        #expect(delay("posting.slot", [:], ["until": .int(.max)]) == .zero)
        #expect(delay("posting.slot", [:], ["wait_s": -5]) == .zero)
    }

    @Test func `a comment is looked at when it has the ages of the settings`() {
        let waits = (0...6).compactMap { delay("engagement.next", ["checks": .int($0)]) }
        #expect(waits.prefix(6).reduce(Duration.zero, +) == settings.engagementAges.last)
        #expect(waits[0] == .seconds(600) && waits[1] == .seconds(3000) && waits[6] == waits[5])
    }

    @Test func `every name that charts may use resolves, and no other`() {
        for name in NamedDelays.names { #expect(delay(name) != nil, "\(name)") }
        for name in ["", "triage", "triage.silence", "nothing.timeout", "review.timeout"] {
            #expect(delay(name) == nil, "\(name)")
        }
    }

    @Test func `settings fit what charts are told of them`() throws {
        #expect(try Schema(PipelineVocabulary.settings).validate(settings.forCharts) == [])
        for facts in PipelineVocabulary.jobs.values { _ = try Schema(facts) }
        for parameters in PipelineVocabulary.actions.values { _ = try Schema(parameters) }
    }

    @Test func `the facts that readers make fit what charts are told of them`() throws {
        let samples = Samples()
        let results = try samples.edited()
        let outputs: [(JobSource, JSON)] = [
            (.triage, samples.triageOutput), (.research, samples.researchOutput), (.response, Samples.reply()),
            (.editorial, Samples.editing()),
        ]
        for (source, output) in outputs {
            let facts = try samples.read(source, output, after: results).facts
            #expect(try Schema(PipelineVocabulary.facts(of: source)).validate(.object(facts)) == [])
        }
    }

    @Test func `settings are read back as they were written`() throws {
        var changed = settings
        changed.posting.mode = .auto
        changed.research.timeout = .milliseconds(1500)
        changed.engagementAges = [.seconds(1), .seconds(2)]
        #expect(try PipelineSettings(reading: changed.json) == changed)
        #expect(changed.digest != settings.digest && settings.digest == PipelineSettings().digest)
    }

    @Test(arguments: [
        (#"{"posting": {"mod": "auto"}}"#, "posting.mod"), (#"{"posting": {"mode": "yes"}}"#, "posting.mode"),
        (#"{"colour": 1}"#, "colour"), (#"{"triage": 3}"#, "triage"),
        (#"{"triage": {"timeout": "-1s"}}"#, "triage.timeout"),
        (#"{"triage": {"timeout": "5 parsecs"}}"#, "triage.timeout"),
        (#"{"posting": {"footer": ""}}"#, "posting.footer"),
        (#"{"posting": {"max_per_day_account": 201}}"#, "posting.max_per_day_account"),
        (#"{"posting": {"max_per_day_community": -1}}"#, "posting.max_per_day_community"),
        (#"{"engagement": {"ages": ["2h", "1h"]}}"#, "engagement.ages"),
        (#"{"thresholds": {"reply_confidence": 2}}"#, "thresholds.reply_confidence"),
    ])
    func `a setting that is unknown or out of bounds is refused by name`(_ text: String, _ name: String) throws {
        let object = try #require(JSON.parse(text).object)
        let error = #expect(throws: SettingError.self) { try PipelineSettings(reading: object) }
        #expect(error?.name == name)
    }

    @Test func `a limit of comments a day beyond the highest is refused with that named`() throws {
        let object = try #require(JSON.parse(#"{"posting": {"max_per_day_account": 10000}}"#).object)
        let error = #expect(throws: SettingError.self) { try PipelineSettings(reading: object) }
        #expect(error?.message.contains("1 to 200") == true)
    }

    @Test func `nothing is posted by default`() { #expect(settings.posting.mode == .dryRun) }

    @Test func `priority grows with votes and comments, falls with age, and stays in bounds`() {
        func priority(_ score: Int, _ comments: Int, age: Double) -> Int {
            var post = Samples().submission
            post.score = score
            post.commentCount = comments
            post.createdAt = Timestamp(seconds: now.seconds - age)
            return Priority.of(post, now: now)
        }
        #expect(priority(100, 0, age: 0) > priority(10, 0, age: 0))
        #expect(priority(10, 50, age: 0) > priority(10, 0, age: 0))
        #expect(priority(10, 0, age: 0) > priority(10, 0, age: 3600))
        #expect(priority(10, 0, age: 0) > priority(-10, 0, age: 0))
        #expect(priority(100, 0, age: 45_000) == priority(10, 0, age: 0))
        for extreme in [Int.max, Int.min + 1, 0] {
            #expect(Priority.range.contains(priority(extreme, abs(extreme), age: 1e9)))
            #expect(Priority.range.contains(priority(extreme, abs(extreme), age: -1e9)))
        }
    }
}
