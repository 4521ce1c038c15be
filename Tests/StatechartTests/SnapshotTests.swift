import JSONValue
import Statechart
import Testing

/// Snapshots: the same everywhere, stored and restored, and refused when they are another chart's.
struct SnapshotTests {
    @Test func `equal inputs give equal outputs`() throws {
        func run() throws -> [Macrostep] {
            var machine = try Machine(Charts.triage)
            var steps = [machine.last]
            for event in [
                Event.error(
                    invocation: "triage", job: 1,
                    data: ["code": "x", "message": "", "retryable": true, "attempt": 1]),
                .timer("triage.retrying/triage.backoff", occurrence: 1), Event("retry"),
            ] {
                try machine.send(event)
                steps.append(machine.last)
            }
            return steps
        }
        #expect(try run() == run())
    }

    @Test func `a snapshot survives being stored`() throws {
        var machine = try Machine(Charts.triage)
        let failure: JSONObject = ["code": "x", "message": "", "retryable": true, "attempt": 1]
        try machine.send(.error(invocation: "triage", job: 1, data: failure))
        let stored = try JSON.parse(machine.snapshot.memory.text)
        let restored = try #require(
            Snapshot(
                configuration: machine.snapshot.configuration, context: machine.snapshot.context, memory: stored))
        #expect(restored == machine.snapshot)
        machine.snapshot = restored
        #expect(try machine.fire("triage.retrying/triage.backoff") == ["triage.working.pending"])
    }

    @Test func `a snapshot of another chart is refused with the path`() throws {
        var machine = try Machine(Charts.triage)
        for configuration in [["triage.gone"], ["triage.working"], [], ["research", "rejected"]] {
            machine.snapshot.configuration = configuration
            let error = #expect(throws: ChartError.self) { try machine.send("retry") }
            #expect(error?.code == .unknownState)
        }
    }

    @Test func `the context may be given at the start and must fit its schema`() throws {
        let machine = try Machine(Charts.triage, context: ["claims": 4])
        #expect(machine.snapshot.context == ["retries": 0, "claims": 4])
        let error = #expect(throws: ChartError.self) { try Machine(Charts.triage, context: ["claims": "four"]) }
        #expect(error?.code == .contextSchema)
    }
}
