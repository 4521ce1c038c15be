import Engine
import JSONValue
import Store
import Testing

/// Charts within charts and delayed events, through the engine: what lives within a post's row is stored, replayed and
/// waited for like the post's own.
@Suite struct ChildChartTests {
    static let chart = """
        chart: 1
        id: nested
        schemas:
          context: {type: object, required: [seen], properties: {seen: {type: string}}}
        context: {seen: ""}
        charts:
          asking:
            schemas:
              context: {type: object, required: [tries], properties: {tries: {type: integer}}}
            context: {tries: 0}
            initial: pause
            states:
              pause:
                entry: [{type: raise, event: awake, delay: PT5S, id: nap}]
                on: {awake: working}
              working:
                invoke:
                  src: triage
                  timeout: PT60S
                  onDone: {context: {tries: context.tries + 1}, target: over}
                  onError: {target: pause}
              over: {type: final, output: {tries: context.tries}}
        initial: asking
        states:
          asking:
            meta: {stage: triage, status: processing}
            invoke: {src: asking, onDone: {context: {seen: string(event.output.tries)}, target: done}}
          done: {type: final, meta: {stage: closed, status: settled}}
        """

    @Test func `a child's delayed event and job are the post's, and its end is heard`() async throws {
        try await EngineRig.with(chart: Self.chart) { rig in
            rig.performer.play { _ in .completed(.decided("watch")) }
            try await rig.create(1)
            try await rig.checkLaws(1)
            rig.clock.advance(by: .seconds(6))
            #expect(try await rig.store.dueTimers(after: nil, limit: 10).map(\.name) == ["asking!send/nap"])
            _ = try await rig.engine.timers.fireDue()
            _ = try await rig.row(1) { $0.revision == 2 }
            try await rig.dispatch()
            let row = try await rig.row(1) { $0.state.configuration == ["done"] }
            #expect(row.state.context == ["seen": "1"])
            #expect(rig.performer.attempts == ["1-1/1"])
            let events = try await rig.store.history(PostID(1), after: 0, limit: 10).map(\.event)
            #expect(events.last == "done.invoke.asking!triage")
            try await rig.checkLaws(1)
        }
    }
}
