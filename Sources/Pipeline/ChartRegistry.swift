import ChartFormat
import JSONSchema
import JSONValue
import Statechart
import Threads

/// The charts that this node has, by digest. New posts start on the current one; posts under way keep theirs.
package final class ChartRegistry: Sendable {
    /// A chart that is ready to run: its interpreter, and the payload schemas of its outside events.
    package struct Entry: Sendable {
        package let interpreter: Interpreter
        package let payloads: [String: Schema]

        init(_ chart: Chart) throws(SchemaError) {
            interpreter = Interpreter(chart: chart)
            var payloads: [String: Schema] = [:]
            for (name, schema) in chart.externalEvents { payloads[name] = try Schema(schema) }
            self.payloads = payloads
        }
    }

    private struct State: Sendable {
        var entries: [String: Entry] = [:]
        var current = ""
    }

    private let state = Locked(State())

    package init() {}

    /// Adds the chart that new posts start on, under its own digest.
    package func addCurrent(_ chart: Chart) throws(SchemaError) {
        let entry = try Entry(chart)
        state.withLock { state in
            state.entries[chart.digest] = entry
            state.current = chart.digest
        }
    }

    /// Adds a stored chart under the digest that its posts name, which is not computed anew: what a digest is computed
    /// from may have changed since.
    package func add(_ chart: Chart, stored digest: String) throws(SchemaError) {
        let entry = try Entry(chart)
        state.withLock { $0.entries[digest] = entry }
    }

    package var current: String { state.withLock { $0.current } }
    package var digests: [String] { state.withLock { $0.entries.keys.sorted() } }
    package subscript(digest: String) -> Entry? { state.withLock { $0.entries[digest] } }
}
