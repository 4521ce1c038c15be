import JSONValue

extension PostFilter {
    /// As operations keep it: what is not asked for is left out.
    package var json: JSONObject {
        var object = JSONObject()
        object["stage"] = stage.map(JSON.string)
        object["status"] = status.map(JSON.string)
        object["community"] = community.map(JSON.string)
        object["text"] = text.map(JSON.string)
        object["waits_for"] = waitsFor.map { .string($0.rawValue) }
        object["chart"] = chart.map(JSON.string)
        object["held"] = isHeld.map(JSON.bool)
        if !ids.isEmpty { object["ids"] = .array(ids.map { .string($0.description) }) }
        return object
    }

    /// Nil when the object has another shape than ``json`` writes.
    package init?(json object: JSONObject) {
        self.init()
        for (key, value) in object {
            switch (key, value) {
            case ("stage", .string(let text)): stage = text
            case ("status", .string(let text)): status = text
            case ("community", .string(let text)): community = text
            case ("text", .string(let text)): self.text = text
            case ("chart", .string(let text)): chart = text
            case ("held", .bool(let isHeld)): self.isHeld = isHeld
            case ("waits_for", .string(let text)):
                guard let waitsFor = PostState.WaitsFor(rawValue: text) else { return nil }
                self.waitsFor = waitsFor
            case ("ids", .array(let elements)):
                ids = elements.compactMap { $0.string.flatMap(PostID.init(_:)) }
                guard ids.count == elements.count, !ids.isEmpty else { return nil }
            default: return nil
            }
        }
    }
}
