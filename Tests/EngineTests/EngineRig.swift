import ChartFormat
import Engine
import JSONValue
import Logging
import Statechart
import Store
import StoreSQLite
import Testing
import Threads

import class TestSupport.LawfulStore

/// An engine on a private SQLite file with a clock that tests move, a small chart and endpoints that tests script.
struct EngineRig: Sendable {
    let store: FaultyStore
    let clock: ManualClock
    let engine: Engine
    let performer: ScriptedPerformer
    let interpreter: Interpreter
    let policy: RigPolicy
    let committed = Signal()
    /// Lets time pass: moves the clock on, or all stored times back.
    var advance: @Sendable (Duration) async throws -> Void

    static let chart = """
        chart: 1
        id: rig
        schemas:
          context:
            type: object
            required: [retries, pokes]
            properties: {retries: {type: integer}, pokes: {type: integer}}
          events:
            cancel: {type: object, properties: {by: {type: string}}}
            retry: {type: object, properties: {}}
            poke: {type: object, properties: {}}
            break: {type: object, properties: {}}
            weaken: {type: object, properties: {}}
        context: {retries: 0, pokes: 0}
        initial: working
        on: {cancel: "#cancelled"}
        states:
          working:
            initial: pending
            invoke:
              id: job
              src: triage
              timeout: PT60S
              onDone:
                - {guard: "event.facts.decision == 'break' && 1 / (context.pokes - context.pokes) > 0", target: "#done"}
                - {guard: "event.facts.decision == 'watch'", target: watching}
                - {target: "#done"}
              onError:
                - guard: "event.retryable && context.retries < 2"
                  context: {retries: context.retries + 1}
                  target: retrying
                - {target: failed}
            states:
              pending:
                meta: {stage: triage, status: pending}
                on:
                  job.assigned:
                    - {guard: "context.pokes != 7 || 1 / (context.pokes - context.pokes) > 0", target: processing}
              processing: {meta: {stage: triage, status: processing}, on: {job.returned: pending}}
          retrying: {meta: {stage: triage, status: retrying}, after: {PT1S: working}}
          failed:
            meta: {stage: triage, status: failed, waiting: person}
            on: {retry: {target: working, context: {retries: 0}}}
          watching:
            meta: {stage: published, status: watching}
            on:
              poke: {context: {pokes: context.pokes + 1}}
              break: {guard: "1 / (context.pokes - context.pokes) > 0", target: "#done"}
              weaken: weak
            after: {PT600S: "#done"}
          weak:
            meta: {stage: published, status: watching}
            after: {PT10S: {guard: "1 / (context.pokes - context.pokes) > 0", target: "#done"}}
          done: {type: final, meta: {stage: closed, status: settled}}
          cancelled: {type: final, meta: {stage: closed, status: cancelled}}
        """

    /// What of the engine runs by itself.
    enum Running { case lanes, everything }

    /// Runs a body with an engine; the engine is drained afterwards.
    static func with(
        endpoints: [EndpointRow] = [.rig()], options: EngineOptions = .quiet, running parts: Running = .lanes,
        chart: String = EngineRig.chart, migrations: any MigrationSource = NoMigrations(),
        database: RigDatabase = .sqlite,
        _ body: (EngineRig) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let place = try await database.open(clock)
        defer { withExtendedLifetime(place) {} }
        _ = try await place.store.migrate()
        try await place.store.reconcileEndpoints(endpoints)
        var rig = try await EngineRig(
            store: FaultyStore(LawfulStore(place.store, reasons: ["nothing_wakes_it"])), clock: clock, options: options,
            chart: chart, migrations: migrations)
        rig.advance = place.advance
        let started = rig
        let running = Task {
            switch parts {
            case .lanes: await started.engine.runLanes()
            case .everything: await started.engine.run()
            }
        }
        do {
            try await body(rig)
        } catch {
            await rig.stop(running)
            await place.close()
            throw error
        }
        await rig.stop(running)
        await place.close()
    }

    /// Another node on the same store has a `node` of its own, and may have another chart.
    init(
        store: FaultyStore, clock: ManualClock, options: EngineOptions, node: String = "rig",
        chart text: String = Self.chart, migrations: any MigrationSource = NoMigrations()
    ) async throws {
        self.store = store
        self.clock = clock
        advance = { clock.advance(by: $0) }
        performer = ScriptedPerformer()
        interpreter = Interpreter(chart: try Self.read(text))
        policy = RigPolicy(interpreter: interpreter)
        engine = Engine(
            store: store, policy: policy, performers: [performer], node: node,
            clock: DatabaseClock(try await store.now(), time: options.time), options: options,
            logger: Logger(label: "rig") { _ in SwiftLogNoOpLogHandler() },
            migrations: migrations)
        engine.observe { [committed] _ in committed.raise() }
    }

    static func read(_ text: String) throws -> Chart {
        let facts: JSON = ["type": "object", "required": ["decision"], "properties": ["decision": ["type": "string"]]]
        return try ChartReader.read(
            text: text, file: "rig.yaml", vocabulary: ChartVocabulary(jobs: ["triage": facts]))
    }

    private func stop(_ running: Task<Void, Never>) async {
        store.heal()
        await engine.drain(grace: .zero)
        await running.value
        await store.close()
    }

    func create(_ ids: Int64...) async throws {
        let posts = ids.map { NewPost(submission: .rig(PostID($0)), priority: Int($0)) }
        #expect(try await engine.create(posts, actor: "scanner").count == ids.count)
    }

    /// The post's row once it fits; waits for commits, not for time.
    func row(_ id: Int64, within limit: Duration = .seconds(20), where fits: (PostRow) -> Bool) async throws -> PostRow
    {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let row = try await store.posts([PostID(id)]).first, fits(row) { return row }
            await committed.wait(atMost: .milliseconds(200))
        }
        let row = try await store.posts([PostID(id)]).first
        throw RigFailure(description: "post \(id) stands at \(String(describing: row?.state.configuration))")
    }

    /// Leases and assignments until nothing more is assigned.
    func dispatch() async throws {
        try await engine.dispatcher.refreshLeases()
        while try await engine.dispatcher.assignReady() > 0 {}
    }

    /// Checks what must hold after every commit: nothing is stuck, and the history replays to the stored state.
    func checkLaws(_ ids: Int64...) async throws {
        #expect(try await store.stuckPosts(limit: 10).isEmpty)
        for id in ids {
            let row = try #require(try await store.posts([PostID(id)]).first)
            let history = try await store.history(PostID(id), after: 0, limit: 1000)
            #expect(HistoryReplay.check(row: row, history: history, interpreter: interpreter, settings: [:]) == nil)
        }
    }
}

struct RigFailure: Error, CustomStringConvertible { let description: String }

extension EngineOptions {
    /// Loops that look when they are told to, not by themselves.
    static var quiet: EngineOptions {
        var options = EngineOptions()
        options.pollInterval = .seconds(3600)
        options.leaseTime = .seconds(3600)
        options.assignsAtOnce = false
        return options
    }
}

extension EndpointRow {
    static func rig(
        _ name: String = "one", slots: Int = 10, preference: Int = 0, rate: EndpointRate? = nil,
        budget: EndpointBudget? = nil
    ) -> EndpointRow {
        EndpointRow(
            name: name, url: "", wireProtocol: "mock", model: "", capabilities: ["triage"], maxConcurrent: slots,
            preference: preference, rate: rate, budget: budget)
    }
}

extension Submission {
    static func rig(_ id: PostID, community: String = "rig") -> Submission {
        Submission(
            id: id, source: "test", community: community, author: nil, title: "Title \(id)", body: "", url: "",
            permalink: "", createdAt: Timestamp(microseconds: 1), score: 0, commentCount: 0)
    }
}
