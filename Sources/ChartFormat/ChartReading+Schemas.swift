import JSONSchema
import JSONValue
import Statechart

/// The declared types: of the context, and of the events that come from outside.
extension ChartReading {
    func readSchemas(_ node: ChartNode) {
        guard let found = read(node, .schemas) else { return }
        if let context = found["context"]?.value, let schema = schema(context) {
            guard schema.source["type"] == "object" else {
                report(.shape, context.position, "expected the schema of the context to say 'type: object'")
                return
            }
            contextSchema = schema
            contextType = GuardType(schema: schema.source)
        }
        if let node = found["events"]?.value, let declared = eventSchemas(node) {
            events = declared
            places.events = positions(node)
        }
        guard let member = found["emitted"] else { return }
        if !isChild {
            report(.structure, member.keyPosition, "only a chart within 'charts' has a parent to send events to")
        }
        emitted = eventSchemas(member.value) ?? [:]
        places.emitted = positions(member.value)
    }

    private func positions(_ node: ChartNode) -> [String: SourcePosition] {
        Dictionary((node.members ?? []).map { ($0.key, $0.keyPosition) }) { first, _ in first }
    }

    private func eventSchemas(_ node: ChartNode) -> [String: JSON]? {
        guard let found = node.members else {
            report(.shape, node.position, "expected a mapping from event names to schemas, found \(node.kindName)")
            return nil
        }
        var declared: [String: JSON] = [:]
        for member in found where isOpenEventName(member) {
            guard let schema = schema(member.value) else { continue }
            if schema.source["properties"]?["type"] != nil {
                report(.shape, member.value.position, "a payload has no member 'type': event.type is the event's name")
            }
            declared[member.key] = schema.source
        }
        return declared
    }

    private func isOpenEventName(_ member: ChartNode.Member) -> Bool {
        guard isEventName(member.key) else {
            report(.shape, member.keyPosition, "'\(member.key)' is no event name: words joined by dots")
            return false
        }
        let reserved = ["done", "error", "timer", "job", "xstate"]
        if let first = member.key.split(separator: ".").first.map(String.init), reserved.contains(first) {
            report(
                .vocabulary, member.keyPosition,
                "events of '\(first).' are the service's own and never come from outside")
            return false
        }
        return true
    }

    private func schema(_ node: ChartNode) -> Schema? {
        do throws(SchemaError) {
            return try Schema(node.json)
        } catch {
            report(.shape, node.position, "this is no schema that can be checked: \(error)")
            return nil
        }
    }

    func initialContext(_ node: ChartNode?) -> JSONObject {
        guard let node, !(isForeign && node.members == nil) else {
            checkContext([:], at: SourcePosition(line: 1, column: 1), [:])
            return [:]
        }
        guard let found = node.members, let context = node.json.object else {
            report(.shape, node.position, "expected the initial context (a mapping), found \(node.kindName)")
            return [:]
        }
        places.context = positions(node)
        let values = Dictionary(found.map { ($0.key, $0.value.position) }) { first, _ in first }
        checkContext(context, at: node.position, values)
        return context
    }

    private func checkContext(_ context: JSONObject, at position: SourcePosition, _ places: [String: SourcePosition]) {
        if case .record(let record) = contextType, record.others == nil {
            for key in context.keys where record.members[key] == nil {
                let rest = Suggestion.text(for: key, among: record.members.keys)
                report(.type, places[key] ?? position, "the context has no member '\(key)'\(rest)")
            }
        }
        for violation in contextSchema?.validate(.object(context)) ?? [] {
            let key = violation.path.split(separator: "/").first.map(String.init) ?? ""
            if case .record(let record) = contextType, !key.isEmpty, record.members[key] == nil { continue }
            let name = violation.path.isEmpty ? "the initial context" : "context.\(key)"
            report(.type, places[key] ?? position, "\(name): \(violation.message)")
        }
    }

    func environment(_ id: Int, event: GuardType) -> GuardEnvironment {
        var environment = environment(id)
        environment.event = event
        return environment
    }

    /// The type of `event` where a descriptor's transitions stand; nil after a diagnostic.
    func eventType(_ descriptor: EventDescriptor, at position: SourcePosition) -> GuardType {
        guard case .exact(let name) = descriptor else {
            requireKnown(descriptor, at: position)
            return .dyn
        }
        if let schema = vocabulary.events[name] ?? events?[name] { return payload(schema) }
        if let emitted = children.values.compactMap({ $0.emitted[name] }).first { return payload(emitted) }
        for (prefix, isDone) in [("done.invoke.", true), ("error.invoke.", false)] where name.hasPrefix(prefix) {
            let source = invocationSources[String(name.dropFirst(prefix.count))]
            return source.map { outcome(isDone, of: $0) } ?? .dyn
        }
        requireKnown(descriptor, at: position)
        return .dyn
    }

    /// A payload's type with the member that each event has.
    func payload(_ schema: JSON) -> GuardType {
        guard case .record(var record) = GuardType(schema: schema) else { return .dyn }
        record.members["type"] = .string
        record.required.insert("type")
        return .record(record)
    }

    /// A name that nothing sends would wait for ever. Charts that declare no events are not checked.
    private func requireKnown(_ descriptor: EventDescriptor, at position: SourcePosition) {
        guard let events else { return }
        let own = ["done.", "error.", "timer."]
        let text = descriptor.text
        if descriptor == .any || own.contains(where: { (text + ".").hasPrefix($0) }) { return }
        let emitted = children.values.flatMap(\.emitted.keys)
        let known = Set(events.keys).union(vocabulary.events.keys).union(raised).union(emitted)
        guard !known.contains(where: { descriptor.matches($0) }) else { return }
        let rest = Suggestion.text(for: text, among: known)
        report(
            .vocabulary, position, "nothing sends the event '\(text)': declare it in schemas.events or raise it\(rest)")
    }
}
