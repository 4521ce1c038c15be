import JSONValue

/// An exploration as text for people, and as JSON for tools.
package enum ExplorationText {
    package static func text(_ found: Exploration, showsPaths: Bool = true) -> String {
        var lines = [
            "\(found.situations) situations in \(found.configurations) configurations, \(found.steps) steps: "
                + (found.isComplete ? "all that can happen" : "stopped at the limit, more can happen"),
            "states reached: \(found.paths.count) of \(found.stateCount); transitions taken: "
                + "\(found.transitionCount - found.untakenTransitions.count) of \(found.transitionCount)",
        ]
        if found.isPayloadCut { lines.append("payloads have too many combinations: only a part was tried") }
        if !found.hasEnd { lines.append("no end was reached") }
        list("states that nothing reaches", found.unreachedStates, &lines)
        list("transitions that are never taken", found.untakenTransitions, &lines)
        list("events from outside that are never taken", found.untakenEvents, &lines)
        list("dead ends (not ended, and no event changes anything)", found.deadEnds.map(words), &lines)
        list("no end can be reached from", found.endless.map(words), &lines)
        list("events of the service that are not taken", found.unhandled.map(words), &lines)
        list("macrosteps that fail", found.errors.map(words), &lines)
        if showsPaths {
            lines.append("shortest path to each state:")
            for (state, path) in found.paths { lines.append("  \(state): \(words(path))") }
        }
        return lines.map(ChartText.clean).joined(separator: "\n")
    }

    package static func json(_ found: Exploration) -> JSON {
        [
            "situations": .int(Int64(found.situations)), "configurations": .int(Int64(found.configurations)),
            "steps": .int(Int64(found.steps)), "complete": .bool(found.isComplete),
            "payloads_cut": .bool(found.isPayloadCut), "has_end": .bool(found.hasEnd),
            "unreached_states": strings(found.unreachedStates),
            "untaken_transitions": strings(found.untakenTransitions),
            "untaken_events": strings(found.untakenEvents), "dead_ends": places(found.deadEnds),
            "endless": places(found.endless), "unhandled": places(found.unhandled), "errors": places(found.errors),
            "paths": .object(JSONObject(found.paths.map { ($0.state, path($0.path)) })),
        ]
    }

    private static func list(_ title: String, _ items: [String], _ lines: inout [String]) {
        guard !items.isEmpty else { return }
        lines.append("\(title): \(items.count)")
        for item in items.prefix(50) { lines.append("  \(item)") }
        if items.count > 50 { lines.append("  … and \(items.count - 50) more") }
    }

    private static func words(_ place: Exploration.Place) -> String {
        let detail = place.detail.isEmpty ? "" : " — \(place.detail)"
        let way = place.path.isEmpty ? "" : " (by \(words(place.path)))"
        return "[\(place.configuration.joined(separator: ", "))]\(detail)\(way)"
    }

    private static func words(_ path: [Exploration.Step]) -> String {
        let steps = path.count > 1 && path[0].data.isEmpty ? Array(path.dropFirst()) : path
        return steps.map { $0.data.isEmpty ? $0.event : "\($0.event) \(JSON.object($0.data).text.shortened(to: 60))" }
            .joined(separator: " → ")
    }

    private static func path(_ path: [Exploration.Step]) -> JSON {
        .array(path.map { ["event": .string($0.event), "data": .object($0.data), "to": strings($0.to)] })
    }

    private static func places(_ places: [Exploration.Place]) -> JSON {
        .array(
            places.map {
                [
                    "configuration": strings($0.configuration), "detail": .string($0.detail), "path": path($0.path),
                ]
            })
    }

    private static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}
