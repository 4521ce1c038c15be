import ChartFormat
import JSONValue
import Statechart

/// Finds a place in the new chart for everything of the old one. Lives while a plan is made.
struct MigrationCoverage {
    let mapping: ChartMigration.Mapping
    let old: Chart
    let new: Chart
    let file: String
    let places: [String: SourcePosition]
    let prefix: String
    private(set) var problems: [ChartDiagnostic] = []
    private var found: [String: String] = [:]

    init(
        _ mapping: ChartMigration.Mapping, _ old: Chart, _ new: Chart, file: String,
        places: [String: SourcePosition], prefix: String
    ) {
        self.mapping = mapping
        self.old = old
        self.new = new
        self.file = file
        self.places = places
        self.prefix = prefix
    }

    private mutating func report(_ key: String, _ name: String, _ message: String) {
        let place = places["\(prefix)\(key)/\(name)"] ?? places["\(prefix)\(key)"] ?? places[key]
        let direction = prefix.isEmpty ? "" : "on the way back, "
        problems.append(
            ChartDiagnostic(
                file: file, position: place ?? SourcePosition(line: 1, column: 1), code: .target,
                message: direction + message))
    }

    mutating func placeStates() -> [String: String] {
        for state in old.states.dropFirst() {
            let (path, isNamed) = destination(of: state.path)
            let target = new.state(at: path)
            if state.isAtomic {
                place(state, at: path, target, isNamed)
            } else if let target, target.isHistory == state.isHistory {
                found[state.path] = path
            }
        }
        return found
    }

    private mutating func place(_ state: State, at path: String, _ target: State?, _ isNamed: Bool) {
        guard let target else {
            report("states", state.path, "the state '\(state.path)' has no place: map it in '\(prefix)states'")
            return
        }
        guard target.isAtomic else {
            let inner = new.states.filter { $0.isAtomic && $0.path.hasPrefix(path + ".") }.map(\.path)
            report(
                "states", state.path,
                "the state '\(state.path)' would become '\(path)', which has states within it: map it to one of "
                    + inner.prefix(6).joined(separator: ", "))
            return
        }
        guard isNamed || target.kind == state.kind else {
            report(
                "states", state.path,
                "the state '\(state.path)' is of another kind in the new chart: map it in '\(prefix)states'")
            return
        }
        found[state.path] = path
    }

    /// Where the mapping leads: by the state's own line, by the nearest one above it, or to the same path.
    private func destination(of path: String) -> (path: String, isNamed: Bool) {
        var head = path
        var tail = ""
        while true {
            if let target = mapping.states[head] { return (target + tail, tail.isEmpty) }
            guard let dot = head.lastIndex(of: ".") else { return (path, false) }
            tail = head[dot...] + tail
            head = String(head[..<dot])
        }
    }

    mutating func placeContext() -> [String: MigrationPlan.Member] {
        let computed = Dictionary(mapping.context.map { ($0.name, $0.value) }) { first, _ in first }
        let before = Set(old.contextMembers)
        var members: [String: MigrationPlan.Member] = [:]
        for name in new.contextMembers {
            if let value = computed[name] {
                members[name] = .computed(value)
            } else if before.contains(name), !mapping.drop.contains(name) {
                if schema(of: name, old) != schema(of: name, new) {
                    report(
                        "context", name,
                        "'\(name)' has another schema in the new chart: give its value in '\(prefix)context'")
                }
                members[name] = .carried
            } else if let initial = new.context[name] {
                members[name] = .initial(initial)
            } else if isRequired(name) {
                report("context", name, "the new context needs '\(name)': give its value in '\(prefix)context'")
            }
        }
        for (name, value) in computed where members[name] == nil { members[name] = .computed(value) }
        let read = ExpressionWords(mapping.context.map(\.value.text)).below("context")
        for name in old.contextMembers where members[name] == nil && !mapping.drop.contains(name) {
            guard !read.contains([]), !read.contains(where: { $0.first == name }) else { continue }
            report(
                "context", name,
                "the member '\(name)' of the context has no place: use it in '\(prefix)context' or name it in "
                    + "'\(prefix)drop'")
        }
        return members
    }

    private func schema(of name: String, _ chart: Chart) -> JSON? { chart.contextSchema?["properties"]?[name] }

    private func isRequired(_ name: String) -> Bool {
        new.contextSchema?["required"]?.array?.contains(.string(name)) == true
    }

    mutating func placeTimers() -> [String: String?] {
        let known = Set(new.states.flatMap(\.timers).map(\.name))
        var fates: [String: String?] = [:]
        for state in old.states {
            for timer in state.timers {
                let key = timer.name.dropFirst(state.path.utf8.count)
                let moved = (state.path.isEmpty ? "" : found[state.path] ?? destination(of: state.path).path) + key
                fates[timer.name] = fate(
                    "timers", timer.name, mapping.timers, implied: known.contains(moved) ? moved : nil, "timer")
            }
        }
        return fates
    }

    mutating func placeInvocations() -> [String: String?] {
        let known = Set(new.states.flatMap(\.invocations).map(\.id))
        var fates: [String: String?] = [:]
        for invocation in old.states.flatMap(\.invocations) {
            let implied = known.contains(invocation.id) ? invocation.id : nil
            fates[invocation.id] = fate(
                "invocations", invocation.id, mapping.invocations, implied: implied, "invocation")
        }
        return fates
    }

    private mutating func fate(
        _ key: String, _ name: String, _ given: [String: ChartMigration.Fate], implied: String?, _ what: String
    ) -> String? {
        switch given[name] {
        case .moved(let target)?: return target
        case .cancelled?: return nil
        case nil:
            if implied == nil {
                report(
                    key, name,
                    "the \(what) '\(name)' has no place: give its new name in '\(prefix)\(key)', or 'cancel'")
            }
            return implied
        }
    }

    /// Every configuration that the old chart's structure allows must become one of the new chart.
    mutating func checkConfigurations(_ states: [String: String]) {
        for configuration in ChartConfigurations.all(of: old) {
            let moved = configuration.compactMap { states[$0] }
            // What has no place is told of already.
            guard moved.count == configuration.count else { continue }
            if !ChartConfigurations.isLegal(moved, in: new) {
                let words = [configuration, moved].map { $0.joined(separator: ", ") }
                report(
                    "states", configuration[0], "[\(words[0])] would become [\(words[1])], which is no configuration")
                return
            }
        }
    }
}
