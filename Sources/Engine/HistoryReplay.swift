import JSONValue
import Statechart
import Store

/// Runs a stored history through the pure interpreter again, and says where it parts from what is stored.
package enum HistoryReplay {
    /// Nil when the replay ends in the stored state; otherwise the first difference, in words.
    ///
    /// `settings` are what charts could read when the history was made.
    package static func check(
        row: PostRow, history: [TransitionRow], interpreter: Interpreter, settings: JSON
    ) -> String? {
        check(row: row, history: history, settings: settings) { _ in interpreter }
    }

    /// The same for a post that may have been migrated: `interpreter` knows the charts by their digests.
    package static func check(
        row: PostRow, history: [TransitionRow], settings: JSON, interpreter: (String) -> Interpreter?
    ) -> String? {
        var snapshot = Snapshot()
        for (index, transition) in history.enumerated() {
            guard transition.revision == Int64(index + 1) else {
                return "revision \(index + 1) is missing: the next row is \(transition.revision)"
            }
            do {
                guard let interpreter = interpreter(transition.chart) else {
                    return
                        "revision \(transition.revision) was made by the chart \(transition.chart), which is not here"
                }
                snapshot = try step(snapshot, transition, interpreter, settings)
            } catch {
                return "revision \(transition.revision) (\(transition.event)) cannot be replayed: \(error)"
            }
            guard snapshot.configuration == transition.to else {
                return "revision \(transition.revision) (\(transition.event)) leads to \(snapshot.configuration), "
                    + "but \(transition.to) is stored"
            }
        }
        return difference(row, history.count, snapshot)
    }

    private static func step(
        _ snapshot: Snapshot, _ row: TransitionRow, _ interpreter: Interpreter, _ settings: JSON
    ) throws -> Snapshot {
        let surroundings = Surroundings(now: row.now, settings: settings)
        if row.origin == "start" {
            let context = row.data["context"]?.object ?? [:]
            return try interpreter.start(context: context, surroundings: surroundings).snapshot
        }
        if row.origin == PostOperation.origin { return try operated(snapshot, row) }
        guard let origin = Event.Origin(text: row.origin) else {
            throw ChartError(.unknownState, state: "", "the origin '\(row.origin)' is not known")
        }
        if row.problem != nil { return parked(snapshot, origin) }
        let event = Event(row.event, data: row.data, origin: origin)
        return try interpreter.step(snapshot, event, surroundings: surroundings).snapshot
    }

    /// What operators do beside the chart leaves its state as it is, except for a migration, whose row holds the state
    /// that the post went on with.
    private static func operated(_ snapshot: Snapshot, _ row: TransitionRow) throws -> Snapshot {
        guard row.event == PostOperation.migration else { return snapshot }
        guard let context = row.data["context"]?.object, let memory = row.data["memory"],
            let moved = Snapshot(configuration: row.to, context: context, memory: memory)
        else { throw ChartError(.migration, state: "", "the state after the migration is not in its row") }
        return moved
    }

    /// What is left of an event that could not be applied: its timer has fired, its job is no longer waited for.
    private static func parked(_ snapshot: Snapshot, _ origin: Event.Origin) -> Snapshot {
        var snapshot = snapshot
        snapshot.settle(origin)
        return snapshot
    }

    private static func difference(_ row: PostRow, _ count: Int, _ snapshot: Snapshot) -> String? {
        guard row.revision == Int64(count) else {
            return "the post is at revision \(row.revision), its history at \(count)"
        }
        guard row.state.configuration == snapshot.configuration else {
            return "the configuration is \(row.state.configuration), the replay's \(snapshot.configuration)"
        }
        guard row.state.context == snapshot.context else {
            return
                "the context is \(JSON.object(row.state.context).text), the replay's \(JSON.object(snapshot.context).text)"
        }
        let stored = row.state.memory["machine"].flatMap {
            Snapshot(configuration: row.state.configuration, context: row.state.context, memory: $0)
        }
        guard stored?.memory == snapshot.memory else {
            return "the memory is \(row.state.memory.text), the replay's \(snapshot.memory.text)"
        }
        return nil
    }
}
