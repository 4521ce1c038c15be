import ChartFormat
import JSONValue
import Statechart

/// What schemas say about the values that guards ask for.
extension LintSubject {
    func domain(of path: String, for event: EventDescriptor?) -> GuardDomain {
        var words = path.split(separator: ".").map(String.init)
        guard let root = words.first else { return .unknown }
        words.removeFirst()
        var schema: JSON? =
            switch root {
            case "context": chart.contextSchema
            case "settings": vocabulary.settings
            case "event": event.flatMap { payload(of: $0, &words) }
            default: nil
            }
        for word in words { schema = schema?["properties"]?[word] }
        if let choices = schema?["enum"]?.array { return .choices(choices) }
        switch schema?["type"] {
        case "boolean": return .boolean
        case "integer": return .integer
        default: return .unknown
        }
    }

    /// The schema of an event's payload; of a job's completion the facts, with their word taken off the path.
    private func payload(of event: EventDescriptor, _ words: inout [String]) -> JSON? {
        guard case .exact(let name) = event else { return nil }
        if let schema = chart.externalEvents[name] ?? vocabulary.events[name] { return schema }
        guard name.hasPrefix("done.invoke."), words.first == "facts" else { return nil }
        let id = String(name.dropFirst("done.invoke.".count))
        let invocation = chart.states.lazy.flatMap(\.invocations).first { $0.id == id }
        words.removeFirst()
        return invocation.flatMap { vocabulary.jobs[$0.source] }
    }
}
