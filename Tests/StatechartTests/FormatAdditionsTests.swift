import ChartFormat
import JSONValue
import Statechart
import Testing

/// Choices, timeouts of states, deep and several initial states, delayed events.
struct FormatAdditionsTests {
    private func chart(_ body: String, _ more: String = "") -> String {
        untyped("\(more)initial: a\nstates:\n  a: \(body)\n  b: {}\n")
    }

    @Test func `a choice is left in the macrostep that entered it`() throws {
        let text =
            chart(
                "{type: choice, choice: [{when: context.n > 3, target: b}, {target: c, context: {n: 9}}]}",
                "context: {n: 1}\n"
            ) + "  c: {}\n"
        #expect(try Machine(text).configuration == ["c"])
        #expect(try Machine(text, context: ["n": 4]).configuration == ["b"])
        let always = text.replacing("type: choice, choice:", with: "always:").replacing("when:", with: "guard:")
        #expect(try Charts.read(text).digest == Charts.read(always).digest)
        try refuses(chart("{choice: ⟦[{when: 1 < 2, target: b}]}"), .structure, "the last branch")
        try refuses(chart("{choice: [⟦{target: b}, {target: b}]}"), .structure, "only the last branch")
        try refuses(chart("⟦{type: choice}"), .structure, "needs 'choice'")
        try refuses(chart("{choice: [{target: b}], ⟦on: {go: b}}"), .structure, "a choice has no 'on'")
        try refuses(chart("{choice: [{⟦guard: 1 < 2, target: b}, {target: b}]}"), .unknownKey, "write 'when'")
    }

    @Test func `a state's timeout is a timer`() throws {
        var machine = try Machine(chart("{timeout: PT5S, onTimeout: {target: b}}"))
        #expect(machine.last.effects == [.setTimer(name: "a/timeout", occurrence: 1, delay: .fixed(.seconds(5)))])
        #expect(try machine.fire("a/timeout") == ["b"])
        try refuses(chart("{⟦timeout: 5s}"), .structure, "'timeout' needs 'onTimeout'")
        try refuses(chart("{⟦onTimeout: b}"), .structure, "'onTimeout' needs 'timeout'")
        try refuses(chart("{timeout: ⟦5m, onTimeout: b}"), .vocabulary, "'5m' is no delay")
    }

    @Test func `an invocation's onTimeout comes before onError`() throws {
        let text =
            chart(
                "{invoke: {src: probe, timeout: 1s, onDone: b, onTimeout: {guard: event.attempt < 2, target: c}, onError: b}}"
            ) + "  c: {}\n"
        for (code, attempt, expected) in [("timeout", 1, "c"), ("timeout", 2, "b"), ("refused", 1, "b")] {
            var machine = try Machine(text)
            let data: JSONObject = [
                "code": .string(code), "message": "", "retryable": true, "attempt": .int(Int64(attempt)),
            ]
            #expect(try machine.send(.error(invocation: "probe", job: 1, data: data)) == [expected])
        }
    }

    @Test func `initial may lie deeper and in several regions`() throws {
        let body = "{initial: x.z, states: {x: {initial: y, states: {y: {}, z: {}}}}}"
        #expect(try Machine(chart(body)).configuration == ["a.x.z"])
        let regions = """
            {initial: ['#y2', p.z.z2], states: {p: {type: parallel, states: {
              y: {initial: y1, states: {y1: {}, y2: {}}}, z: {initial: z1, states: {z1: {}, z2: {}}}}}}}
            """.replacing("\n", with: " ")
        #expect(try Machine(chart(regions)).configuration == ["a.p.y.y2", "a.p.z.z2"])
        try refuses(chart("{initial: ⟦'#b', states: {x: {}}}"), .target, "a state within this one")
        try refuses(chart("{initial: ⟦[x, y], states: {x: {}, y: {}}}"), .target, "cannot be active together")
    }

    @Test func `a delayed event is sent, and taken back by its id`() throws {
        let text = chart(
            "{entry: {type: raise, event: go, data: {n: 1}, delay: 5s, id: later}, exit: {type: cancel, id: later}, on: {go: b}}"
        )
        let state = try Charts.read(text).states[1]
        guard case .send(let send) = try #require(state.entry.first) else { throw Unexpected() }
        #expect(send.event?.text == "\"go\"" && send.target == nil && send.id?.text == "\"later\"")
        guard case .fixed(.fixed(.seconds(5))) = try #require(send.delay) else { throw Unexpected() }
        guard case .cancelSend(let id) = try #require(state.exit.first) else { throw Unexpected() }
        #expect(id.text == "\"later\"")
        var machine = try Machine(text)
        #expect(machine.last.effects == [.setTimer(name: "send/later", occurrence: 1, delay: .fixed(.seconds(5)))])
        #expect(try machine.fire("send/later") == ["b"])
        for (old, new) in [("5s", "6s"), ("n: 1", "n: 2"), ("later", "soon")] {
            #expect(try Charts.read(text).digest != Charts.read(text.replacing(old, with: new)).digest)
        }
    }

    @Test func `delays may be computed, and are texts`() throws {
        let head =
            "schemas: {context: {type: object, required: [n], properties: {n: {type: integer}}}}\ncontext: {n: 1}\n"
        let raise = { (delay: String) in
            self.chart("{entry: {type: raise, event: go, delay: \(delay)}, on: {go: b}}", head)
        }
        #expect(Charts.check(raise("{'@expr': string(context.n) + 's'}")) == [])
        try refuses(raise("⟦{'@expr': context.n}"), .type, "a delay is a text")
        try refuses(raise("⟦5m"), .vocabulary, "'5m' is no delay")
    }

    @Test func `what is sent is known`() throws {
        try refuses(chart("{entry: {type: cancel, id: ⟦x}}"), .target, "no delayed event has the id 'x'")
        try refuses(
            chart("{entry: {type: raise, event: go, ⟦id: x}, on: {go: b}}"), .structure, "only an event with a 'delay'")
        try refuses(chart("{entry: {type: send, event: go, to: ⟦parent}}"), .target, "this chart has no parent")
        try refuses(chart("{entry: {type: send, event: go, to: ⟦x}}"), .target, "no invocation has the id 'x'")
        try refuses(chart("{entry: ⟦{type: send, event: go}}"), .shape, "the action needs 'to'")
        try refuses(
            chart(
                "{entry: {type: send, event: go, to: ⟦probe}, invoke: {src: probe, timeout: 1s, onDone: b, onError: b}}"
            ),
            .target, "jobs hear no events")
        let head = "schemas: {events: {go: {type: object, required: [n], properties: {n: {type: integer}}}}}\n"
        try refuses(
            chart("{entry: {type: raise, event: go, data: {n: ⟦\"'x'\"}}, on: {go: b}}", head), .type, "'n' is int")
        try refuses(chart("{entry: ⟦{type: raise, event: go}, on: {go: b}}", head), .type, "needs the member 'n'")
    }

    private struct Unexpected: Error {}
}
