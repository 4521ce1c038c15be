import JSONValue
import Statechart

/// Reads migration files: YAML or JSON, every mistake with its place.
package enum MigrationReader {
    /// The migration in a text, for two charts that have been read. `file` is the name that diagnostics show.
    ///
    /// Names and expressions are checked here; whether everything has a place is `MigrationPlan`'s question.
    package static func read(
        text: String, file: String, from old: Chart, to new: Chart
    ) throws(ChartDiagnostics) -> ChartMigration {
        let log = ChartLog(file: file, text: text)
        do throws(ChartNodeReader.Problem) {
            var reading = MigrationReading(log: log)
            let migration = reading.read(try ChartNodeReader.read(text), old, new)
            if log.isEmpty, let migration { return migration }
        } catch {
            log.report(error.code, error.position, error.message)
        }
        throw ChartDiagnostics(log.diagnostics.sorted { $0.position < $1.position })
    }
}

extension MigrationReader {
    /// The digests of the charts that a migration file leads from and to, before anybody has read the charts.
    package static func ends(text: String, file: String) throws(ChartDiagnostics) -> (from: String, to: String) {
        let log = ChartLog(file: file, text: text)
        do throws(ChartNodeReader.Problem) {
            let root = try ChartNodeReader.read(text)
            let ends = ["from", "to"].map { key in root.members?.first { $0.key == key }?.value.string }
            if let from = ends[0], let to = ends[1] { return (from, to) }
            log.report(.shape, root.position, "expected a migration with 'from' and 'to', the digests of two charts")
        } catch {
            log.report(error.code, error.position, error.message)
        }
        throw ChartDiagnostics(log.diagnostics)
    }
}

/// One reading of one migration file.
struct MigrationReading {
    let log: ChartLog
    private var places: [String: SourcePosition] = [:]

    private static let mappingKeys = ["states", "context", "drop", "timers", "invocations"]
    private static let keys = ["migration", "chart", "from", "to"] + mappingKeys + ["inverse", "description"]

    init(log: ChartLog) { self.log = log }

    mutating func read(_ root: ChartNode, _ old: Chart, _ new: Chart) -> ChartMigration? {
        guard let members = members(root, Self.keys, "a migration") else { return nil }
        if members["migration"]?.json != 1 {
            log.report(
                .shape, members["migration"]?.position ?? root.position,
                "expected 'migration: 1', the version of the format")
        }
        let chart = text("chart", members, root)
        if let chart, chart != old.id || chart != new.id, let place = members["chart"]?.position {
            log.report(.target, place, "the charts are '\(old.id)' and '\(new.id)', not '\(chart)'")
        }
        let from = digest("from", of: old, members, root)
        let to = digest("to", of: new, members, root)
        let forward = mapping(members, prefix: "", old, new)
        var inverse: ChartMigration.Mapping?
        if let node = members["inverse"], let inner = self.members(node, Self.mappingKeys, "'inverse'") {
            inverse = mapping(inner, prefix: "inverse/", new, old)
        }
        guard let chart, let from, let to else { return nil }
        return ChartMigration(
            chart: chart, from: from, to: to, forward: forward, inverse: inverse, places: places)
    }

    private func text(_ key: String, _ members: [String: ChartNode], _ root: ChartNode) -> String? {
        guard let node = members[key] else {
            log.report(.shape, root.position, "the migration's '\(key)' is missing")
            return nil
        }
        guard let text = node.string else {
            log.report(.shape, node.position, "expected a text, found \(node.kindName)")
            return nil
        }
        return text
    }

    private func digest(
        _ key: String, of chart: Chart, _ members: [String: ChartNode], _ root: ChartNode
    ) -> String? {
        guard let text = text(key, members, root), let node = members[key] else { return nil }
        if text != chart.digest {
            log.report(.target, node.position, "the digest of the chart that is given here is \(chart.digest)")
        }
        return text
    }

    private mutating func mapping(
        _ members: [String: ChartNode], prefix: String, _ old: Chart, _ new: Chart
    ) -> ChartMigration.Mapping {
        var mapping = ChartMigration.Mapping()
        for (path, node) in pairs("states", members, prefix) {
            guard let target = node.string else {
                log.report(.shape, node.position, "expected the path of a state, found \(node.kindName)")
                continue
            }
            known(path, among: old.states.map(\.path), "the old chart has no state", at: place("states", path, prefix))
            known(target, among: new.states.map(\.path), "the new chart has no state", at: node.position)
            mapping.states[path] = target
        }
        let environment = GuardEnvironment(context: old.contextSchema.map(GuardType.init(schema:)) ?? .dyn)
        let declared = new.contextSchema.map(GuardType.init(schema:)) ?? .dyn
        for (name, node) in pairs("context", members, prefix) {
            guard let assignment = assignment(name, node, environment, declared, at: place("context", name, prefix))
            else { continue }
            mapping.context.append(assignment)
        }
        mapping.drop = drops(members["drop"], old)
        let timers = { (chart: Chart) in chart.states.flatMap(\.timers).map(\.name) }
        mapping.timers = fates("timers", members, prefix, timers(old), timers(new))
        let jobs = { (chart: Chart) in chart.states.flatMap(\.invocations).map(\.id) }
        mapping.invocations = fates("invocations", members, prefix, jobs(old), jobs(new))
        return mapping
    }

    private func assignment(
        _ name: String, _ node: ChartNode, _ environment: GuardEnvironment, _ declared: GuardType,
        at position: SourcePosition
    ) -> Assignment? {
        var expected = GuardType.dyn
        if case .record(let record) = declared {
            known(name, among: Array(record.members.keys), "the new context has no member", at: position)
            expected = record.members[name] ?? record.others ?? .dyn
        }
        let compiler = GuardCompiler(environment: environment)
        do throws(GuardProblem) {
            let compiled =
                try node.string.map { text throws(GuardProblem) in
                    try compiler.storable(GuardParser.parse(text))
                } ?? GuardCompiled(literal: node.json)
            if !compiled.type.fits(expected) {
                log.report(.type, node.position, "'\(name)' is \(expected), but the value is \(compiled.type)")
            }
            return Assignment(name: name, value: Expression(node.string ?? node.json.text, compiled))
        } catch {
            log.report(error.code, log.source.position(of: error.offset, in: node), error.message)
            return nil
        }
    }

    private func drops(_ node: ChartNode?, _ old: Chart) -> Set<String> {
        guard let node else { return [] }
        var names: Set<String> = []
        for element in node.elements ?? [node] {
            guard let name = element.string else {
                log.report(.shape, element.position, "expected a member of the old context, found \(element.kindName)")
                continue
            }
            known(name, among: old.contextMembers, "the old context has no member", at: element.position)
            names.insert(name)
        }
        return names
    }

    private mutating func fates(
        _ key: String, _ members: [String: ChartNode], _ prefix: String, _ old: [String], _ new: [String]
    ) -> [String: ChartMigration.Fate] {
        var fates: [String: ChartMigration.Fate] = [:]
        for (name, node) in pairs(key, members, prefix) {
            let what = key == "timers" ? "timer" : "invocation"
            known(name, among: old, "the old chart has no \(what)", at: place(key, name, prefix))
            guard let target = node.string else {
                log.report(
                    .shape, node.position, "expected 'cancel' or a name in the new chart, found \(node.kindName)")
                continue
            }
            if target != "cancel" { known(target, among: new, "the new chart has no \(what)", at: node.position) }
            fates[name] = target == "cancel" ? .cancelled : .moved(target)
        }
        return fates
    }
}

/// Members and names.
extension MigrationReading {
    private func members(_ node: ChartNode, _ keys: [String], _ what: String) -> [String: ChartNode]? {
        guard let found = node.members else {
            log.report(.shape, node.position, "expected \(what) (a mapping), found \(node.kindName)")
            return nil
        }
        for member in found where !keys.contains(member.key) {
            log.report(
                .unknownKey, member.keyPosition,
                "\(what) has no key '\(member.key)'\(Suggestion.text(for: member.key, among: keys))")
        }
        return Dictionary(found.map { ($0.key, $0.value) }) { first, _ in first }
    }

    private mutating func pairs(
        _ key: String, _ members: [String: ChartNode], _ prefix: String
    ) -> [(String, ChartNode)] {
        guard let node = members[key] else { return [] }
        places[prefix + key] = node.position
        guard let found = node.members else {
            log.report(.shape, node.position, "expected a mapping from old names to new ones, found \(node.kindName)")
            return []
        }
        for member in found { places["\(prefix)\(key)/\(member.key)"] = member.keyPosition }
        return found.map { ($0.key, $0.value) }
    }

    private func place(_ key: String, _ name: String, _ prefix: String) -> SourcePosition {
        places["\(prefix)\(key)/\(name)"] ?? SourcePosition(line: 1, column: 1)
    }

    private func known(_ name: String, among names: [String], _ message: String, at position: SourcePosition) {
        guard !names.contains(name) else { return }
        log.report(.target, position, "\(message) '\(name)'\(Suggestion.text(for: name, among: names))")
    }
}

extension Chart {
    /// Members of the context that are declared or have an initial value.
    package var contextMembers: [String] {
        let declared = contextSchema?["properties"]?.object?.keys ?? []
        return declared + context.keys.filter { !declared.contains($0) }
    }
}
