import ChartFormat
import JSONValue
import Statechart
import Testing

struct TriageTests {
    private let failure: JSONObject = ["code": "timeout", "message": "no answer", "retryable": true, "attempt": 1]

    @Test func `the example of the design starts with a job that waits to be assigned`() throws {
        let machine = try Machine(Charts.triage)
        #expect(machine.configuration == ["triage.working.pending"])
        #expect(
            machine.last.effects == [
                .startJob(
                    StartJob(
                        number: 1, invocation: "triage", source: "triage", input: [:], timeout: .named("triage.timeout")
                    ))
            ])
        #expect(machine.snapshot.jobs == ["triage": Snapshot.Job(number: 1, isLive: true)])
        #expect(machine.last.meta == ["stage": "triage", "status": "pending"])
    }

    @Test func `an assignment changes the inner state only`() throws {
        var machine = try Machine(Charts.triage)
        let assigned = Event(
            "job.assigned", data: ["job": 1, "attempt": 1, "endpoint": "a"], origin: .job(number: 1, isTerminal: false))
        #expect(try machine.send(assigned) == ["triage.working.processing"])
        #expect(machine.last.effects == [])
        #expect(machine.snapshot.jobs["triage"]?.isLive == true)
    }

    @Test func `a result that fits is taken with its facts`() throws {
        var machine = try Machine(Charts.triage)
        let done = Event.done(
            invocation: "triage", job: 1, data: ["attempt": 1, "facts": ["decision": "research", "claims": 3]])
        #expect(try machine.send(done) == ["research"])
        #expect(machine.snapshot.context == ["retries": 0, "claims": 3])
        #expect(
            machine.last.guards == [
                Macrostep.GuardResult(
                    state: "triage.working", guardText: "event.facts.decision == 'research'", isTrue: true)
            ])
        #expect(machine.last.effects == [])
        #expect(try machine.send(done) == ["research"])
        #expect(machine.last.outcome == .stale)
    }

    @Test func `retries count up to the limit and a person starts the stage again`() throws {
        var machine = try Machine(Charts.triage)
        for round in 1...2 {
            #expect(
                try machine.send(.error(invocation: "triage", job: 1, data: failure)) == ["triage.retrying"])
            #expect(machine.snapshot.context["retries"] == .int(Int64(round)))
            #expect(
                machine.last.effects == [
                    .setTimer(
                        name: "triage.retrying/triage.backoff", occurrence: round, delay: .named("triage.backoff"))
                ])
            #expect(try machine.fire("triage.retrying/triage.backoff") == ["triage.working.pending"])
            #expect(machine.snapshot.jobs["triage"] == Snapshot.Job(number: 1, isLive: true))
        }
        #expect(try machine.send(.error(invocation: "triage", job: 1, data: failure)) == ["triage.failed"])
        #expect(machine.last.waitsForPerson)
        #expect(try machine.send("retry") == ["triage.working.pending"])
        #expect(machine.snapshot.context["retries"] == 0)
        #expect(!machine.last.waitsForPerson)
    }

    @Test func `a permanent error is not retried`() throws {
        var machine = try Machine(Charts.triage)
        var data = failure
        data["retryable"] = false
        #expect(try machine.send(.error(invocation: "triage", job: 1, data: data)) == ["triage.failed"])
    }

    @Test func `a rejected post has ended and takes nothing more`() throws {
        var machine = try Machine(Charts.triage)
        let done = Event.done(
            invocation: "triage", job: 1, data: ["attempt": 1, "facts": ["decision": "reject", "claims": 0]])
        #expect(try machine.send(done) == ["rejected"])
        #expect(machine.last.isFinal)
        try machine.send("retry")
        #expect(machine.last.outcome == .ignored)
        #expect(machine.last.isFinal)
    }

    @Test func `the chart says what it accepts and what it declares`() throws {
        let chart = try Charts.read(Charts.triage)
        #expect(chart.accepts(event: "retry", in: ["triage.failed"]))
        #expect(!chart.accepts(event: "retry", in: ["triage.retrying"]))
        #expect(chart.waitsForPerson(in: ["triage.failed"]))
        #expect(chart.meta(of: ["triage.failed"])["status"] == "failed")
        #expect(chart.externalEvents.keys.sorted() == ["approve", "retry"])
        #expect(chart.state(at: "triage.working")?.invocations.first?.id == "triage")
    }
}
