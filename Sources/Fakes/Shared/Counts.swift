import JSONValue

extension JSON {
    /// Counters by name, in the order of the names.
    static func counts(_ counts: [String: Int]) -> JSON {
        .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) }))
    }
}
