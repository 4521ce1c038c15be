import ChartFormat
import ChartTools
import JSONValue
import Statechart
import Testing

@Suite struct MigrationTests {
    static let vocabulary = ChartVocabulary(jobs: ["look": [:], "write": [:]])
    static let now = Timestamp(microseconds: 1_800_000_000_000_000)

    static let first = """
        chart: 1
        id: t
        schemas:
          context:
            type: object
            required: [retries, title]
            properties: {retries: {type: integer}, title: {type: string}}
          events: {go: {type: object}, stop: {type: object}}
        context: {retries: 0, title: ""}
        initial: work
        on: {stop: "#ended"}
        states:
          work:
            initial: looking
            states:
              looking:
                invoke:
                  src: look
                  timeout: PT1M
                  onDone: {context: {title: "'found'"}, target: writing}
                  onError: {context: {retries: context.retries + 1}, target: resting}
              resting: {after: {PT5M: looking}}
              writing: {invoke: {src: write, timeout: PT1M, onDone: {target: "#ended"}, onError: {target: resting}}}
          idle: {after: {PT1H: "#ended"}, on: {go: work}}
          ended: {type: final}
        """

    /// The same with other names throughout.
    static let renamed =
        first
        .replacing("looking", with: "searching").replacing("resting", with: "pausing")
        .replacing("retries", with: "tries").replacing("idle:", with: "sleep:")
        .replacing("src: look\n", with: "id: search\n          src: look\n")

    static let renaming = """
        migration: 1
        chart: t
        from: FROM
        to: TO
        states: {work.looking: work.searching, work.resting: work.pausing, idle: sleep}
        context: {tries: context.retries}
        invocations: {look: search}
        """

    static func chart(_ text: String) throws -> Chart {
        try ChartReader.read(text: text, file: "t.yaml", vocabulary: vocabulary)
    }

    static func plans(
        _ migration: String, _ old: Chart, _ new: Chart
    ) throws -> (forward: MigrationPlan, inverse: MigrationPlan) {
        let text = migration.replacing("FROM", with: old.digest).replacing("TO", with: new.digest)
        let read = try MigrationReader.read(text: text, file: "m.yaml", from: old, to: new)
        return try MigrationPlan.both(read, from: old, to: new, file: "m.yaml")
    }

    static func problems(_ migration: String, _ old: String = first, _ new: String = renamed) throws -> [String] {
        do {
            _ = try plans(migration, try chart(old), try chart(new))
            return []
        } catch let error as ChartDiagnostics {
            return error.list.map(\.description)
        }
    }

    /// Snapshots from a walk through everything that can happen.
    static func walk(_ chart: Chart) throws -> [Snapshot] {
        let interpreter = Interpreter(chart: chart)
        let surroundings = Surroundings(now: now, settings: [:])
        var found = [try interpreter.start(surroundings: surroundings).snapshot]
        var next = 0
        while next < found.count, found.count < 400 {
            let snapshot = found[next]
            next += 1
            var events = chart.externalEvents.keys.sorted().map { Event($0) }
            events += snapshot.timers.map { .timer($0.key, occurrence: $0.value) }
            for (id, job) in snapshot.jobs where job.isLive {
                events.append(.done(invocation: id, job: job.number, data: ["attempt": 1, "facts": [:]]))
                events.append(.error(invocation: id, job: job.number, data: ["attempt": 1, "retryable": true]))
            }
            for event in events {
                let step = try interpreter.step(snapshot, event, surroundings: surroundings)
                if step.outcome == .taken, !found.contains(step.snapshot) { found.append(step.snapshot) }
            }
        }
        return found
    }

    @Test func `what only has new names comes back exactly, wherever an instance stands`() throws {
        let (old, new) = (try Self.chart(Self.first), try Self.chart(Self.renamed))
        let plans = try Self.plans(Self.renaming, old, new)
        #expect(plans.forward.isLossless && plans.inverse.isLossless)
        let snapshots = try Self.walk(old)
        #expect(snapshots.count > 50)
        for snapshot in snapshots {
            let there = try plans.forward.migrate(snapshot, settings: [:], now: Self.now)
            #expect(try plans.inverse.migrate(there.snapshot, settings: [:], now: Self.now).snapshot == snapshot)
            #expect(there.snapshot.context["tries"] == snapshot.context["retries"])
            #expect(there.snapshot.context["retries"] == nil)
            // The new chart takes it: an event that nothing hears is refused only by a broken snapshot.
            let interpreter = Interpreter(chart: new)
            _ = try interpreter.step(
                there.snapshot, Event("nothing"), surroundings: Surroundings(now: Self.now, settings: [:]))
        }
    }

    @Test func `a running job and a live timer go on under their new names`() throws {
        let (old, new) = (try Self.chart(Self.first), try Self.chart(Self.renamed))
        let plan = try Self.plans(Self.renaming, old, new).forward
        let surroundings = Surroundings(now: Self.now, settings: [:])
        let start = try Interpreter(chart: old).start(surroundings: surroundings).snapshot
        let moved = try plan.migrate(start, settings: [:], now: Self.now)
        #expect(moved.steps == [.moveJob(1, from: "look", to: "search")])
        // The callback of the job that began before the migration still counts.
        let failed = try Interpreter(chart: new).step(
            moved.snapshot, .error(invocation: "search", job: 1, data: [:]), surroundings: surroundings)
        #expect(failed.snapshot.configuration == ["work.pausing"])

        let resting = try Interpreter(chart: old).step(
            start, .error(invocation: "look", job: 1, data: [:]), surroundings: surroundings
        ).snapshot
        let moving = try plan.migrate(resting, settings: [:], now: Self.now)
        #expect(moving.steps == [.moveTimer(from: "work.resting/PT5M", to: "work.pausing/PT5M")])
        #expect(moving.snapshot.timers["work.pausing/PT5M"] == resting.timers["work.resting/PT5M"])
    }

    @Test func `what the new chart waits for begins, what it no longer waits for is cancelled`() throws {
        let changed = Self.first
            .replacing(
                "resting: {after: {PT5M: looking}}",
                with:
                    "resting: {invoke: {id: ask, src: look, timeout: PT1M, onDone: {target: looking}, onError: {target: looking}}}"
            )
        let (old, new) = (try Self.chart(Self.first), try Self.chart(changed))
        let plan = try Self.plans(
            "{migration: 1, chart: t, from: FROM, to: TO, timers: {work.resting/PT5M: cancel}}", old, new
        ).forward
        #expect(!plan.isLossless)
        let resting = Snapshot(
            configuration: ["work.resting"], context: ["retries": 1, "title": ""], timers: ["work.resting/PT5M": 4],
            jobs: ["look": Snapshot.Job(number: 1, isLive: false)], nextJob: 2, timerCount: 4)
        let moved = try plan.migrate(resting, settings: [:], now: Self.now)
        #expect(
            moved.steps == [
                .clearTimer(name: "work.resting/PT5M", occurrence: 4),
                .startJob(
                    StartJob(
                        number: 2, invocation: "ask", source: "look", input: [:], timeout: .fixed(.seconds(60)))),
            ])
        #expect(moved.snapshot.nextJob == 3)
    }

    @Test func `everything of the old chart needs a place, and the file says where it is missing`() throws {
        let found = try Self.problems("migration: 1\nchart: t\nfrom: FROM\nto: TO\nstates:\n  idle: work\n")
        let texts = found.joined(separator: "\n")
        for words in [
            "m.yaml:6:3: error[target]: the state 'idle' would become 'work', which has states within it: map it to one of",
            "the state 'work.looking' has no place: map it in 'states'",
            "the member 'retries' of the context has no place", "the timer 'work.resting/PT5M' has no place",
            "the invocation 'look' has no place: give its new name in 'invocations', or 'cancel'",
        ] { #expect(texts.contains(words), "\(words)\n\(texts)") }
    }

    @Test func `a way back that is not clear is asked for, and the file can give it`() throws {
        let merged = Self.first.replacing("  idle: {after: {PT1H: \"#ended\"}, on: {go: work}}\n", with: "")
        let base = "migration: 1\nchart: t\nfrom: FROM\nto: TO\nstates: {idle: ended}\ntimers: {idle/PT1H: cancel}\n"
        #expect(try Self.problems(base, Self.first, merged) == [])
        let plans = try Self.plans(base, try Self.chart(Self.first), try Self.chart(merged))
        let ended = Snapshot(configuration: ["ended"], context: ["retries": 0, "title": ""])
        #expect(!plans.forward.isLossless)
        #expect(try plans.inverse.migrate(ended, settings: [:], now: Self.now).snapshot == ended)
        let split = try Self.problems(
            "migration: 1\nchart: t\nfrom: FROM\nto: TO\ntimers: {idle/PT1H: cancel}\nstates: {idle: stop1}\n",
            Self.first,
            merged.replacing(
                "  ended: {type: final}", with: "  ended: {type: final}\n  stop1: {type: final}\n  stop2: {type: final}"
            ))
        #expect(
            split.count == 1
                && split[0].contains("on the way back, the state 'stop2' has no place: map it in 'inverse/states'"))
    }

    @Test(arguments: [
        ("migration: 2", "expected 'migration: 1'"),
        ("stats: {}", "a migration has no key 'stats'; did you mean 'states'?"),
        (
            "states: {work.lookin: work.searching}",
            "the old chart has no state 'work.lookin'; did you mean 'work.looking'?"
        ),
        ("states: {idle: slepp}", "the new chart has no state 'slepp'; did you mean 'sleep'?"),
        ("context: {tries: context.retrie}", "retrie"),
        ("context: {tries: context.title}", "'tries' is int, but the value is string"),
        ("context: {tries: 'context.retries +'}", "error[expression]"),
        ("drop: [nothing]", "the old context has no member 'nothing'"),
        ("timers: {idle/PT2H: cancel}", "the old chart has no timer 'idle/PT2H'"),
        ("invocations: {look: [search]}", "expected 'cancel' or a name in the new chart"),
    ])
    func `mistakes in the file are told with place and suggestion`(line: String, words: String) throws {
        let head = line.hasPrefix("migration") ? "" : "migration: 1\n"
        let texts = try Self.problems("\(head)\(line)\nchart: t\nfrom: FROM\nto: TO\n")
        let place = head.isEmpty ? "m.yaml:1:" : "m.yaml:2:"
        #expect(texts.contains { $0.contains(words) && $0.hasPrefix(place) }, "\(texts)")
    }

    @Test func `a migration is for the two charts whose digests it names`() throws {
        let texts = try Self.problems("migration: 1\nchart: u\nfrom: abc\nto: TO\nstates: {}\n")
        #expect(texts.contains { $0.contains("the charts are 't' and 't', not 'u'") })
        #expect(
            texts.contains { $0.hasPrefix("m.yaml:3:7: error[target]: the digest of the chart that is given here is ") }
        )
    }

    @Test func `an instance whose context does not come to fit is refused, others move`() throws {
        let strict = Self.first.replacing("title: {type: string}", with: "title: {type: string, maxLength: 3}")
        let (old, new) = (try Self.chart(Self.first), try Self.chart(strict))
        let plans = try Self.plans(
            "{migration: 1, chart: t, from: FROM, to: TO, context: {title: context.title}, inverse: {context: {title: context.title}}}",
            old, new)
        var trial = MigrationTrial(plans.forward, plans.inverse, settings: [:], now: Self.now)
        for (name, title) in [("1", "abc"), ("2", "abcd"), ("3", "abcde")] {
            trial.attempt(
                name, Snapshot(configuration: ["ended"], context: ["retries": 0, "title": .string(title)]))
        }
        trial.attempt("4", Snapshot(configuration: ["nowhere"]))
        #expect(trial.moving == 1 && trial.returning == 1 && trial.refused == 3)
        #expect(trial.text.contains("2 cannot: the new context does not fit its schema"))
        #expect(trial.text.contains("such as 2, 3"))
        #expect(trial.text.contains("1 cannot: [nowhere] is no configuration of the old chart"))
    }

    @Test func `regions that would become no configuration are found before any post is touched`() throws {
        let parallel = """
            chart: 1
            id: t
            initial: p
            states:
              p:
                type: parallel
                states:
                  a: {initial: x, states: {x: {on: {e: y}}, y: {}}}
                  b: {initial: z, states: {z: {}}}
            """
        let flat = "chart: 1\nid: t\ninitial: one\nstates: {one: {on: {e: two}}, two: {}}"
        let head = "migration: 1\nchart: t\nfrom: FROM\nto: TO\n"
        let texts = try Self.problems(head + "states: {p.a.x: one, p.a.y: two, p.b.z: one}\n", parallel, flat)
        #expect(texts.contains { $0.contains("[p.a.y, p.b.z] would become [two, one], which is no configuration") })
    }
}
