import ChartFormat
import JSONValue
import Statechart

/// One direction of a migration with a place for everything: checked once, then applied to any number of instances.
package struct MigrationPlan: Sendable {
    enum Member: Sendable {
        case carried
        case computed(Expression)
        case initial(JSON)
    }

    package let old: Chart
    package let new: Chart
    /// New paths of old states; a state that holds others is here only where the new chart has one in its place.
    let states: [String: String]
    let context: [String: Member]
    /// New names of timers and invocations; nil for those that are cancelled.
    let timers: [String: String?]
    let invocations: [String: String?]
    /// Where the mapping stands, and which way it goes, as histories name it.
    package var name = ""
    /// True when the way back restores every instance exactly.
    package let isLossless: Bool

    /// Throws what has no place, with the place in the file that should say it.
    package init(
        _ mapping: ChartMigration.Mapping, from old: Chart, to new: Chart, file: String,
        places: [String: SourcePosition] = [:], prefix: String = ""
    ) throws(ChartDiagnostics) {
        var coverage = MigrationCoverage(mapping, old, new, file: file, places: places, prefix: prefix)
        states = coverage.placeStates()
        context = coverage.placeContext()
        timers = coverage.placeTimers()
        invocations = coverage.placeInvocations()
        coverage.checkConfigurations(states)
        guard coverage.problems.isEmpty else { throw ChartDiagnostics(coverage.problems) }
        self.old = old
        self.new = new
        isLossless = Self.isLossless(mapping, old, states, context, timers, invocations)
    }

    private static func isLossless(
        _ mapping: ChartMigration.Mapping, _ old: Chart, _ states: [String: String], _ context: [String: Member],
        _ timers: [String: String?], _ invocations: [String: String?]
    ) -> Bool {
        let leaves = old.states.filter(\.isAtomic).compactMap { states[$0.path] }
        let histories = old.states.filter(\.isHistory).allSatisfy { states[$0.path] != nil }
        let kept = context.compactMap { name, member -> String? in
            switch member {
            case .carried: name
            case .computed(let value): Self.plainMember(value)
            case .initial: nil
            }
        }
        let isKept = Set(kept).isSuperset(of: old.contextMembers) && kept.count == Set(kept).count
        let moves = timers.values.allSatisfy { $0 != nil } && invocations.values.allSatisfy { $0 != nil }
        return Set(leaves).count == leaves.count && histories && isKept && moves
    }

    /// The member that an expression of the form `context.name` names.
    static func plainMember(_ value: Expression) -> String? {
        let words = value.text.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 2, words[0] == "context", words[1].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
        else { return nil }
        return String(words[1])
    }
}

/// The way back.
extension MigrationPlan {
    /// Both directions of a migration file. The inverse is the file's, or the forward way turned round.
    package static func both(
        _ migration: ChartMigration, from old: Chart, to new: Chart, file: String
    ) throws(ChartDiagnostics) -> (forward: MigrationPlan, inverse: MigrationPlan) {
        let forward = try MigrationPlan(
            migration.forward, from: old, to: new, file: file, places: migration.places)
        let back = migration.inverse ?? forward.turned(migration.forward)
        let inverse = try MigrationPlan(
            back, from: new, to: old, file: file, places: migration.places, prefix: "inverse/")
        return (forward, inverse)
    }

    /// What leads back where names were only changed. What was computed or dropped begins again with the old chart's
    /// initial value.
    private func turned(_ mapping: ChartMigration.Mapping) -> ChartMigration.Mapping {
        var back = ChartMigration.Mapping()
        // Two old states for one new one: which it was is not known, unless one of them has the same name. Where none
        // has, the coverage check says so.
        let destinations = states.values.reduce(into: [:]) { counts, path in counts[path, default: 0] += 1 }
        for (from, to) in mapping.states where destinations[to, default: 0] <= 1 { back.states[to] = from }
        let oldMembers = Set(old.contextMembers)
        for (name, member) in context.sorted(by: { $0.key < $1.key }) {
            if case .computed(let value) = member, let source = Self.plainMember(value), oldMembers.contains(source) {
                back.context.append(Assignment(name: source, value: Self.member(name)))
            }
            if !oldMembers.contains(name) { back.drop.insert(name) }
        }
        back.timers = Self.turned(timers, new.states.flatMap(\.timers).map(\.name))
        back.invocations = Self.turned(invocations, new.states.flatMap(\.invocations).map(\.id))
        return back
    }

    private static func turned(_ fates: [String: String?], _ new: [String]) -> [String: ChartMigration.Fate] {
        var back: [String: ChartMigration.Fate] = [:]
        for (from, to) in fates { if let to { back[to] = .moved(from) } }
        for name in new where back[name] == nil { back[name] = .cancelled }
        return back
    }

    private static func member(_ name: String) -> Expression {
        Expression("context.\(name)") { scope throws(ExpressionError) in
            guard let value = scope.context[name] else { throw ExpressionError("there is no member '\(name)'") }
            return value
        }
    }
}
