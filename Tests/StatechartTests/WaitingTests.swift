import JSONValue
import Statechart
import Testing

/// Timers and invocations: what is waited for, and what no longer counts.
struct WaitingTests {
    private let probe = "timeout: 5s, onDone: done, onError: failed"

    @Test func `an invocation starts at the macrostep's end and only for states still active`() throws {
        // After W3C test 422.
        var machine = try Machine(
            untyped(
                """
                context: {n: 0}
                initial: s
                states:
                  s: {on: {go: a}}
                  a: {invoke: {id: passing, src: probe, \(probe)}, always: b}
                  b:
                    invoke: {id: staying, src: probe, input: {n: context.n}, \(probe)}
                    entry: {type: assign, context: {n: context.n + 1}}
                  done: {}
                  failed: {}
                """))
        #expect(try machine.send("go") == ["b"])
        #expect(
            machine.last.effects == [
                .startJob(
                    StartJob(
                        number: 1, invocation: "staying", source: "probe", input: ["n": 1],
                        timeout: .fixed(.seconds(5))))
            ])
        #expect(machine.snapshot.jobs.keys.sorted() == ["staying"])
    }

    private var pair: String {
        untyped(
            """
            initial: a
            states:
              a: {invoke: {id: first, src: probe, \(probe)}, on: {leave: b}}
              b: {invoke: {id: second, src: probe, \(probe)}, on: {leave: a}}
              done: {}
              failed: {}
            """)
    }

    @Test func `leaving a state cancels its job and the late result is stale`() throws {
        // After W3C tests 237 and 252.
        var machine = try Machine(pair)
        #expect(try machine.send("leave") == ["b"])
        #expect(machine.last.effects.first == .cancelJob(number: 1, invocation: "first"))
        let before = machine.snapshot
        #expect(try machine.send(.done(invocation: "first", job: 1, data: [:])) == ["b"])
        #expect(machine.last.outcome == .stale)
        #expect(machine.last.effects == [])
        #expect(machine.snapshot == before)
    }

    @Test func `a job that is started once more keeps its number`() throws {
        var machine = try Machine(pair)
        try machine.send("leave")
        try machine.send("leave")
        #expect(machine.snapshot.jobs["first"] == Snapshot.Job(number: 1, isLive: true))
        #expect(machine.snapshot.jobs["second"] == Snapshot.Job(number: 2, isLive: false))
        #expect(machine.snapshot.nextJob == 3)
        #expect(try machine.send(.done(invocation: "first", job: 1, data: [:])) == ["done"])
        #expect(machine.last.effects == [])
    }

    @Test func `a job's end counts once, and counts even if no transition takes it`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: a
                states:
                  a:
                    invoke:
                      src: probe
                      timeout: 5s
                      onDone: {guard: event.facts.ok, target: b}
                      onError: b
                  b: {}
                """))
        let done = Event.done(invocation: "probe", job: 1, data: ["facts": ["ok": false], "attempt": 1])
        #expect(try machine.send(done) == ["a"])
        #expect(machine.last.outcome == .taken)
        #expect(machine.snapshot.jobs["probe"]?.isLive == false)
        try machine.send(done)
        #expect(machine.last.outcome == .stale)
    }

    @Test func `an unfinished job's event without a transition is ignored and the job lives on`() throws {
        var machine = try Machine(pair)
        try machine.send(Event("job.assigned", origin: .job(number: 1, isTerminal: false)))
        #expect(machine.last.outcome == .ignored)
        try machine.send(Event("job.assigned", origin: .job(number: 9, isTerminal: false)))
        #expect(machine.last.outcome == .stale)
    }

    private let timers = untyped(
        """
        context: {open: false}
        initial: a
        states:
          a:
            after: {PT1M: b, triage.backoff: c}
            on: {go: {guard: context.open, target: b}, open: {context: {open: true}}, again: {target: a, reenter: true}}
          b: {}
          c: {entry: {type: cancel, timer: PT2M}, after: {PT2M: a}}
        """)

    @Test func `timers are set on entry and cleared on exit`() throws {
        var machine = try Machine(timers)
        #expect(
            machine.last.effects == [
                .setTimer(name: "a/PT1M", occurrence: 1, delay: .fixed(.seconds(60))),
                .setTimer(name: "a/triage.backoff", occurrence: 2, delay: .named("triage.backoff")),
            ])
        #expect(try machine.fire("a/PT1M") == ["b"])
        #expect(
            machine.last.effects == [
                .clearTimer(name: "a/PT1M", occurrence: 1), .clearTimer(name: "a/triage.backoff", occurrence: 2),
            ])
        #expect(machine.snapshot.timers == [:])
    }

    @Test func `a vetoed transition leaves the timer running`() throws {
        var machine = try Machine(timers)
        let before = machine.snapshot.timers
        try machine.send("go")
        #expect(machine.last.outcome == .ignored)
        #expect(machine.snapshot.timers == before)
    }

    @Test func `an earlier occurrence of a timer is stale`() throws {
        var machine = try Machine(timers)
        try machine.send("again")
        #expect(machine.snapshot.timers == ["a/PT1M": 3, "a/triage.backoff": 4])
        #expect(try machine.send(.timer("a/PT1M", occurrence: 1)) == ["a"])
        #expect(machine.last.outcome == .stale)
        #expect(try machine.send(.timer("a/PT1M", occurrence: 3)) == ["b"])
        try machine.send(.timer("a/PT1M", occurrence: 3))
        #expect(machine.last.outcome == .stale)
    }

    @Test func `reentering clears each timer before it is set again`() throws {
        var machine = try Machine(timers)
        try machine.send("again")
        let names = machine.last.effects.map { effect in
            switch effect {
            case .clearTimer(let name, let occurrence): "clear \(name) \(occurrence)"
            case .setTimer(let name, let occurrence, _): "set \(name) \(occurrence)"
            default: "other"
            }
        }
        #expect(
            names == [
                "clear a/PT1M 1", "clear a/triage.backoff 2", "set a/PT1M 3", "set a/triage.backoff 4",
            ])
    }

    @Test func `a timer that is set and cleared in one macrostep leaves no trace`() throws {
        var machine = try Machine(timers)
        #expect(try machine.fire("a/triage.backoff") == ["c"])
        #expect(
            machine.last.effects == [
                .clearTimer(name: "a/triage.backoff", occurrence: 2), .clearTimer(name: "a/PT1M", occurrence: 1),
            ])
        #expect(machine.snapshot.timers == [:])
    }

    @Test func `a timer that fires is over even when its guard is false`() throws {
        var machine = try Machine(
            untyped("initial: a\nstates: {a: {after: {5s: {guard: 1 > size('ab'), target: b}}}, b: {}}"))
        #expect(try machine.fire("a/5s") == ["a"])
        #expect(machine.last.outcome == .taken)
        #expect(machine.last.effects == [.clearTimer(name: "a/5s", occurrence: 1)])
    }
}
