import JSONValue
import Pipeline
import Store
import Testing

/// Whoever looks at a post reads what wakes it next, and when.
@Suite struct WaitingTests {
    private static let now = Timestamp(microseconds: 1_800_000_000_000_000)
    private static let since = now + .seconds(-60)

    private func detail(
        _ waitsFor: PostState.WaitsFor = .work, status: String = "pending", metadata: JSONObject = [:],
        jobs: [JobRow] = [], timers: [TimerRow] = [], events: Int = 0
    ) -> PostDetail {
        let state = PostState(
            chart: "c", configuration: ["triage.working"], context: [:], memory: [:], priority: 1, stage: "triage",
            status: status, waitsFor: waitsFor, metadata: metadata)
        return PostDetail(
            row: PostRow(id: PostID(7), revision: 1, state: state), submission: nil, jobs: jobs, timers: timers,
            comments: [], pendingEvents: events, changedAt: Self.since, at: Self.now)
    }

    private func job(_ phase: JobRow.Phase, readyIn ready: Int64 = 0, wakeIn wake: Int64 = 30) -> JobRow {
        JobRow(
            key: JobKey(post: PostID(7), number: 1), invocation: "triage", source: "triage", stage: "triage",
            input: [:],
            phase: phase, attempt: 1, endpoint: phase == .waiting ? nil : "one", epoch: 1, priority: 1, community: "c",
            queuedAt: Self.since, readyAt: Self.now + .seconds(ready), wakeAt: Self.now + .seconds(wake),
            deadline: phase == .waiting ? nil : Self.now + .seconds(90), assignedAt: Self.since,
            timeoutMicroseconds: 90_000_000)
    }

    private func timer(in seconds: Int64) -> TimerRow {
        TimerRow(post: PostID(7), name: "review.expiry", occurrence: 1, due: Self.now + .seconds(seconds))
    }

    @Test func `the first of several is the one that comes first`() {
        let waits = Waiting.all(detail(jobs: [job(.accepted)], timers: [timer(in: 20)]))
        #expect(waits.map(\.kind) == [.timer, .callback])
        #expect(waits[0].text == "the timer 'review.expiry' fires" && waits[0].until == Self.now + .seconds(20))
        #expect(Waiting.all(detail(timers: [timer(in: 20)], events: 2)).first?.kind == .event)
    }

    @Test func `a job says with which clock its wait ends`() {
        let waiting = Waiting.all(detail(jobs: [job(.waiting, readyIn: 10)]))[0]
        #expect(waiting.kind == .assignment && waiting.since == Self.since)
        #expect(waiting.text.contains("not before \(Self.now + .seconds(10))"))
        #expect(!Waiting.all(detail(jobs: [job(.waiting)]))[0].text.contains("not before"))
        #expect(Waiting.all(detail(jobs: [job(.starting)]))[0].text.hasSuffix("attempt 1, else it counts as silent"))
        let last = Waiting.all(detail(jobs: [job(.accepted, wakeIn: 90)]))[0]
        #expect(last.text == "one calls back about job 7-1, attempt 1, else its time is up")
        #expect(last.until == Self.now + .seconds(90))
    }

    @Test func `a person is told what to decide, since when, and what the post takes`() {
        let failed = detail(.person, status: "failed", metadata: ["error": ["message": "no search"]])
        let waits = Waiting.all(failed, accepts: ["cancel", "retry"])
        #expect(waits.count == 1 && waits[0].kind == .person && waits[0].since == Self.since)
        #expect(
            waits[0].text.contains("triage failed (no search)") && waits[0].text.hasSuffix("it takes cancel, retry"))
        let unknown = Waiting.all(detail(.person, status: "unknown"))
        #expect(unknown[0].text.contains("'resend' sends it again"))
        let parked = Waiting.all(detail(.person, metadata: ["parked": ["problem": "1 / 0"]]))
        #expect(parked.map(\.text) == ["parked for a person: 1 / 0"])
        // A person's decision that expires.
        #expect(Waiting.all(detail(.person, timers: [timer(in: 20)])).map(\.kind) == [.timer, .person])
    }

    @Test func `nothing is ever left unsaid`() {
        #expect(Waiting.all(detail(.nothing, status: "settled")).map(\.kind) == [.nothing])
        let stuck = Waiting.all(detail(jobs: []))
        #expect(stuck.map(\.kind) == [.stuck] && stuck[0].text.contains("rejoinder doctor"))
        for waitsFor in PostState.WaitsFor.allCases {
            for jobs in [[], [job(.waiting)], [job(.starting)], [job(.accepted)]] {
                for timers in [[], [timer(in: 5)]] {
                    #expect(!Waiting.all(detail(waitsFor, jobs: jobs, timers: timers)).isEmpty)
                }
            }
        }
    }

    @Test func `a hold says who holds, and that only a release ends it`() {
        let hold = HoldRow(
            scope: .stage, name: "triage", reason: "rules changed", actor: "person:ann", createdAt: Self.since)
        let held = Waiting.all(detail(jobs: [job(.waiting)]), holds: [hold])[0]
        #expect(held.kind == .release && held.since == Self.since && held.until == nil)
        #expect(held.text.contains("stage:triage") && held.text.contains("rules changed"))
    }
}
