import JSONValue
import Statechart

/// The life of a post whose every stage succeeds, as events for the interpreter.
struct PostLife {
    private let interpreter: Interpreter
    private let surroundings: Surroundings
    /// What the five stages hear, made once: only the interpreter is to be measured.
    private let events: [Event]
    private let looked: Event

    init(chart: Chart, settings: JSON) {
        interpreter = Interpreter(chart: chart)
        var settings = settings
        if var all = settings.object, var posting = all["posting"]?.object {
            posting["mode"] = "auto"
            all["posting"] = .object(posting)
            settings = .object(all)
        }
        surroundings = Surroundings(now: Timestamp(microseconds: 1_800_000_000_000_000), settings: settings)
        let stages: [(invocation: String, facts: JSONObject)] = [
            ("triage", ["decision": "research", "reason": "", "claims": 2, "confidence": 0.9, "flagged": false]),
            ("research", ["outcome": "reply_worthy", "findings": 2, "verified": 2, "confidence": 0.9]),
            ("response", ["action": "reply", "reason": "", "draft_sha256": "a", "violations": 0, "confidence": 0.9]),
            ("editorial", ["decision": "approve", "rendered_sha256": "a", "confidence": 0.9]),
            ("comment", ["outcome": "posted", "mode": "live", "comment_id": "t1_a"]),
        ]
        events = stages.enumerated().flatMap { index, stage in
            [
                Event(
                    "job.assigned", data: ["job": .int(Int64(index + 1)), "attempt": 1, "endpoint": "local"],
                    origin: .job(number: index + 1, isTerminal: false)),
                Self.done(stage.invocation, index + 1, stage.facts),
            ]
        }
        let engagement: JSONObject = ["score": 1, "replies": 0, "removed": "no", "visible": true]
        looked = Self.done("engagement", stages.count + 1, engagement)
    }

    /// How many macrosteps the lives of so many posts took.
    func run(rounds: Int) throws -> Int {
        var count = 0
        for _ in 0..<rounds { count += try live() }
        return count
    }

    private func live() throws -> Int {
        var snapshot = try interpreter.start(surroundings: surroundings).snapshot
        var count = 1
        func take(_ event: Event) throws {
            snapshot = try interpreter.step(snapshot, event, surroundings: surroundings).snapshot
            count += 1
        }
        for event in events { try take(event) }
        while !snapshot.timers.isEmpty, let timer = snapshot.timers.first {
            try take(.timer(timer.key, occurrence: timer.value))
            try take(looked)
        }
        guard snapshot.configuration == ["settled"] else {
            throw BenchError("the post ended in \(snapshot.configuration)")
        }
        return count
    }

    private static func done(_ invocation: String, _ job: Int, _ facts: JSONObject) -> Event {
        .done(invocation: invocation, job: job, data: ["attempt": 1, "endpoint": "local", "facts": .object(facts)])
    }
}
