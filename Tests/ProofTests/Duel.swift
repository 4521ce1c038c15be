import JSONValue
import Statechart

/// Both interpreters side by side, event by event, each on from its own state.
struct Duel {
    let chart: Chart
    let interpreter: Interpreter
    private(set) var snapshot = Snapshot()
    private(set) var oracle: Oracle
    private(set) var coverage = Coverage()
    private(set) var hasStarted = false

    static let microstepLimit = 30
    static let surroundings = Surroundings(now: Timestamp(microseconds: 1_800_000_000_000_000), settings: [:])

    init(_ chart: Chart) {
        self.chart = chart
        interpreter = Interpreter(chart: chart, microstepLimit: Self.microstepLimit)
        var session = OracleSession()
        if chart.rules == .scxml { session.id = "top" }
        let world = OracleWorld(Self.surroundings, microstepLimit: Self.microstepLimit)
        oracle = Oracle(chart, world, session: session)
    }

    /// Starts both; the differences, none when they agree.
    mutating func start() -> [String] {
        let context: JSONObject = ["v1": 1, "stranger": 2]
        let (theirs, next) = observe { () throws(ChartError) in
            try interpreter.start(context: context, session: "top", surroundings: Self.surroundings)
        }
        let differences = settle(theirs, next) { oracle throws(ChartError) in
            try oracle.start(context)
            try oracle.world.deliverMessages(root: oracle)
            return .taken
        }
        hasStarted = theirs.failure == nil
        return differences
    }

    mutating func take(_ event: Event) -> [String] {
        let (theirs, next) = observe { () throws(ChartError) in
            try interpreter.step(snapshot, event, surroundings: Self.surroundings)
        }
        return settle(theirs, next) { oracle throws(ChartError) in
            guard try oracle.input(event) else { return .stale }
            try oracle.world.deliverMessages(root: oracle)
            return oracle.world.isTransitionTaken || oracle.world.isOriginSettled ? .taken : .ignored
        }
    }

    private func observe(_ run: () throws(ChartError) -> Macrostep) -> (Observation, Snapshot?) {
        do throws(ChartError) {
            let macrostep = try run()
            return (Observation(macrostep), macrostep.snapshot)
        } catch {
            return (Observation(error), nil)
        }
    }

    /// Lets the oracle do the same and compares; goes on from what each came to, the snapshot by way of its stored form.
    private mutating func settle(
        _ theirs: Observation, _ next: Snapshot?, _ run: (Oracle) throws(ChartError) -> Macrostep.Outcome
    ) -> [String] {
        let world = OracleWorld(Self.surroundings, microstepLimit: Self.microstepLimit, after: oracle.world)
        let candidate = oracle.copy(world)
        let ours: Observation
        do throws(ChartError) {
            ours = Observation(candidate, try run(candidate), before: oracle)
        } catch {
            ours = Observation(error)
        }
        coverage.add(world.coverage)
        if ours.outcome == .taken { oracle = candidate }
        return theirs.differences(from: ours) + (next.map { store($0) } ?? [])
    }

    private mutating func store(_ next: Snapshot) -> [String] {
        snapshot = next
        guard let memory = try? JSON.parse(next.memory.text),
            let restored = Snapshot(configuration: next.configuration, context: next.context, memory: memory)
        else { return ["the snapshot cannot be read again: \(next.memory.text)"] }
        snapshot = restored
        return restored == next ? [] : ["the snapshot changes when it is stored: \(next.memory.text)"]
    }
}
