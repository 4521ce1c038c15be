import JSONValue
import Statechart

/// Runs a stored history through the pure interpreter, on its own chart or on another version of it.
package enum ChartReplay {
    /// Where the paths part.
    package struct Parting: Sendable, Hashable {
        /// The row, counted from 1.
        package var row: Int
        package var event: String
        package var stored: [String]
        package var found: [String]
        /// Guards of the stored row that this chart asked with another result, or did not ask; and those that only this
        /// chart asked.
        package var guards: [String]
        /// Why the macrostep could not be made.
        package var problem: String?
    }

    package struct Result: Sendable, Hashable {
        /// How many rows led where they led when they were stored.
        package var agreeing: Int
        package var parting: Parting?
        package var final: Snapshot
    }

    /// Replays rows until the paths part. `settings` are what guards could read then; the history keeps only their
    /// digest.
    package static func run(_ rows: [HistoryRow], on chart: Chart, settings: JSON) -> Result {
        let interpreter = Interpreter(chart: chart)
        var snapshot = Snapshot()
        // What came before the last migration was made by another chart, and is taken as it is stored.
        let first = rows.lastIndex { $0.migrated != nil } ?? 0
        for (index, row) in rows.enumerated() where index >= first {
            if row.isOperators {
                snapshot = row.migrated ?? snapshot
                continue
            }
            let step: Macrostep?
            do {
                step = try take(row, from: snapshot, interpreter, settings)
            } catch {
                let parting = Parting(
                    row: index + 1, event: row.event, stored: row.to, found: snapshot.configuration, guards: [],
                    problem: "\(error)")
                return Result(agreeing: index, parting: parting, final: snapshot)
            }
            snapshot = step?.snapshot ?? parked(snapshot, row.origin)
            guard snapshot.configuration == row.to else {
                let parting = Parting(
                    row: index + 1, event: row.event, stored: row.to, found: snapshot.configuration,
                    guards: difference(row.guards, step?.guards ?? []))
                return Result(agreeing: index, parting: parting, final: snapshot)
            }
        }
        return Result(agreeing: rows.count, parting: nil, final: snapshot)
    }

    /// Nil for a row that could not be taken when it was stored.
    private static func take(
        _ row: HistoryRow, from snapshot: Snapshot, _ interpreter: Interpreter, _ settings: JSON
    ) throws(ChartError) -> Macrostep? {
        let surroundings = Surroundings(now: row.now, settings: settings)
        guard let origin = row.origin else {
            return try interpreter.start(context: row.data["context"]?.object ?? [:], surroundings: surroundings)
        }
        if row.problem != nil { return nil }
        return try interpreter.step(
            snapshot, Event(row.event, data: row.data, origin: origin), surroundings: surroundings)
    }

    /// What is left of an event that could not be applied: its timer has fired, its job is no longer waited for.
    private static func parked(_ snapshot: Snapshot, _ origin: Event.Origin?) -> Snapshot {
        var snapshot = snapshot
        if let origin { snapshot.settle(origin) }
        return snapshot
    }

    private static func difference(_ stored: [Macrostep.GuardResult], _ found: [Macrostep.GuardResult]) -> [String] {
        var lines: [String] = []
        let key = { (result: Macrostep.GuardResult) in "\(result.state): \(TransitionLabel.oneLine(result.guardText))" }
        let now = Dictionary(found.map { (key($0), $0.isTrue) }) { first, _ in first }
        let then = Dictionary(stored.map { (key($0), $0.isTrue) }) { first, _ in first }
        for result in stored {
            switch now[key(result)] {
            case nil: lines.append("\(key(result)): was \(result.isTrue), is no longer asked")
            case .some(let value) where value != result.isTrue:
                lines.append("\(key(result)): was \(result.isTrue), is \(value)")
            case .some: break
            }
        }
        for result in found where then[key(result)] == nil {
            lines.append("\(key(result)): was not asked, is \(result.isTrue)")
        }
        return lines
    }
}

extension HistoryRow {
    /// Where the post went on after a migration; nil for other rows.
    fileprivate var migrated: Snapshot? {
        guard let context = data["context"]?.object, let memory = data["memory"] else { return nil }
        return Snapshot(configuration: to, context: context, memory: memory)
    }
}

extension ChartReplay.Result {
    package func text(rows: Int) -> String {
        guard let parting else {
            return
                "all \(rows) rows lead where they led; the replay ends in \(final.configuration.joined(separator: ", "))"
        }
        var lines = [
            "the paths part at row \(parting.row) of \(rows): \(parting.event)",
            "  stored: \(parting.stored.joined(separator: ", "))",
            "  found:  \(parting.found.joined(separator: ", "))",
        ]
        if let problem = parting.problem { lines.append("  the macrostep fails: \(problem)") }
        if !parting.guards.isEmpty { lines.append("  guards that differ:") }
        lines += parting.guards.map { "    \($0)" }
        return lines.map(ChartText.clean).joined(separator: "\n")
    }

    package var json: JSON {
        var object: JSONObject = [
            "agreeing": .int(Int64(agreeing)), "configuration": .array(final.configuration.map(JSON.string)),
            "context": .object(final.context),
        ]
        if let parting {
            object["parting"] = [
                "row": .int(Int64(parting.row)), "event": .string(parting.event),
                "stored": .array(parting.stored.map(JSON.string)), "found": .array(parting.found.map(JSON.string)),
                "guards": .array(parting.guards.map(JSON.string)), "problem": JSON(parting.problem),
            ]
        }
        return .object(object)
    }
}
