import JSONValue
import Statechart

/// What an instance of a chart is between two events, as the oracle keeps it.
struct OracleSession: Hashable {
    /// Imported SCXML's session id.
    var id = ""
    /// All active states with their ancestors, by number.
    var configuration = OrderedSet<Int>()
    var context: JSONObject = [:]
    /// What each history state remembers, in document order.
    var history: [Int: [Int]] = [:]
    var timers: [String: Int] = [:]
    var jobs: [String: Job] = [:]
    var sends: [String: DelayedSend] = [:]
    var sendCount = 0
    /// States whose late data have their values, in the order of their first entry.
    var bound: [Int] = []

    struct Job: Hashable {
        var number: Int
        var isLive: Bool
    }

    struct DelayedSend: Hashable {
        var id: String
        /// False for an id that was made up: the event does not show it.
        var isNamed: Bool
        var event: String
        var target: String
        var data: JSON?
    }
}
