import JSONValue
import Testing

/// What SCION's script of a chart says: events, and the atomic states after each.
struct ScionScript: Sendable {
    struct Step: Sendable {
        var event: String
        var data: JSONObject
        /// Milliseconds that pass before the event.
        var after: Int64
        var next: Set<String>
    }

    var initial: Set<String>
    var steps: [Step]

    init(_ json: JSON) throws {
        initial = Set(json["initialConfiguration"]?.array?.compactMap(\.string) ?? [])
        steps = try (json["events"]?.array ?? []).map { step in
            let name = try #require(step["event"]?["name"]?.string)
            return Step(
                event: name, data: step["event"]?["data"]?.object ?? [:], after: step["after"]?.int ?? 0,
                next: Set(step["nextConfiguration"]?.array?.compactMap(\.string) ?? []))
        }
        try #require(!initial.isEmpty)
    }
}
