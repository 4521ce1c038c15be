import JSONValue
import Statechart

/// A macrostep of a stored history, as the history API prints it.
package struct HistoryRow: Sendable, Hashable {
    package var revision: Int
    package var event: String
    package var data: JSONObject
    /// Nil for the start, and for what operators did beside the chart.
    package var origin: Event.Origin?
    /// Whether an operator did it beside the chart: a hold, another priority, a migration.
    package var isOperators = false
    package var to: [String]
    package var guards: [Macrostep.GuardResult]
    package var now: Timestamp
    package var chart: String
    /// Why the macrostep could not be made then; its post was parked.
    package var problem: String?
}

/// Why a text is no history: the row, counted from 1, and what was expected.
package struct HistoryProblem: Error, Hashable, CustomStringConvertible {
    package let row: Int
    package let message: String
    package var description: String { "row \(row): \(message)" }
}

extension HistoryRow {
    /// Rows from `rejoinder posts history -o json` (one object with `transitions`), from an array, or one a line.
    package static func read(_ text: String) throws(HistoryProblem) -> [HistoryRow] {
        var values: [JSON] = []
        if let whole = try? JSON.parse(Array(text.utf8)) {
            values = whole["transitions"]?.array ?? whole.array ?? [whole]
        } else {
            for line in text.split(whereSeparator: \.isNewline) {
                guard let value = try? JSON.parse(Array(line.utf8)) else {
                    throw HistoryProblem(
                        row: values.count + 1, message: "expected a JSON object, found '\(line.prefix(40))'")
                }
                values += value["transitions"]?.array ?? [value]
            }
        }
        guard !values.isEmpty else { throw HistoryProblem(row: 1, message: "the history is empty") }
        var rows: [HistoryRow] = []
        for (index, value) in values.enumerated() { rows.append(try HistoryRow(value, row: index + 1)) }
        return rows
    }

    init(_ json: JSON, row: Int) throws(HistoryProblem) {
        func need<Value>(_ key: String, _ value: Value?) throws(HistoryProblem) -> Value {
            guard let value else {
                throw HistoryProblem(row: row, message: "'\(key)' is missing or of another kind than the API gives it")
            }
            return value
        }
        revision = Int(try need("revision", json["revision"]?.int))
        event = try need("event", json["event"]?.string)
        data = try need("data", json["data"]?.object)
        let origin = try need("origin", json["origin"]?.string)
        self.origin = Event.Origin(text: origin)
        isOperators = origin == "operator"
        if self.origin == nil, origin != "start", !isOperators {
            throw HistoryProblem(row: row, message: "the origin '\(origin)' is not known")
        }
        to = try need("to", json["to"]?.array).compactMap(\.string)
        now = try need("now", json["now"]?.string.flatMap { Timestamp($0) })
        chart = json["chart"]?.string ?? ""
        problem = json["problem"]?.string
        guards = (json["guards"]?.array ?? []).compactMap { result in
            guard let state = result["state"]?.string, let text = result["guard"]?.string,
                let isTrue = result["result"]?.bool
            else { return nil }
            return Macrostep.GuardResult(state: state, guardText: text, isTrue: isTrue)
        }
    }
}
