import JSONValue
import Statechart

/// What a migration would do to many instances: counts, and why some cannot be moved.
package struct MigrationTrial: Sendable {
    private let forward: MigrationPlan
    private let inverse: MigrationPlan
    private let settings: JSON
    private let now: Timestamp
    /// How many of each reason's instances are named.
    private static let examples = 5

    package private(set) var moving = 0
    /// How many come back exactly as they were by the way back.
    package private(set) var returning = 0
    /// Steps by their kind: timers and jobs that are kept, moved, cancelled, begun.
    package private(set) var steps: [String: Int] = [:]
    package private(set) var destinations: [String: Int] = [:]
    package private(set) var refusals: [String: (count: Int, examples: [String])] = [:]

    package init(_ forward: MigrationPlan, _ inverse: MigrationPlan, settings: JSON, now: Timestamp) {
        self.forward = forward
        self.inverse = inverse
        self.settings = settings
        self.now = now
    }

    package var refused: Int { refusals.values.map(\.count).reduce(0, +) }

    package mutating func refuse(_ name: String, _ reason: String) {
        refusals[reason, default: (0, [])].count += 1
        if refusals[reason, default: (0, [])].examples.count < Self.examples {
            refusals[reason, default: (0, [])].examples.append(name)
        }
    }

    /// Tries one instance; nothing is changed.
    package mutating func attempt(_ name: String, _ snapshot: Snapshot) {
        do throws(MigrationProblem) {
            let moved = try forward.migrate(snapshot, settings: settings, now: now)
            moving += 1
            let way = [snapshot, moved.snapshot].map { $0.configuration.joined(separator: ", ") }
            destinations["\(way[0]) → \(way[1])", default: 0] += 1
            for step in moved.steps { steps[step.word, default: 0] += 1 }
            let back = try? inverse.migrate(moved.snapshot, settings: settings, now: now)
            if back?.snapshot == snapshot { returning += 1 }
        } catch {
            refuse(name, error.description)
        }
    }

    package var text: String {
        var lines = ["\(moving) posts would move, \(returning) of them could come back exactly; \(refused) cannot"]
        for (way, count) in destinations.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("  \(count)  \(way)")
        }
        if !steps.isEmpty {
            let words = steps.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("timers and jobs: \(words.joined(separator: ", "))")
        }
        for (reason, found) in refusals.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            lines.append("\(found.count) cannot: \(reason)")
            lines.append("  such as \(found.examples.joined(separator: ", "))")
        }
        return lines.map(ChartText.clean).joined(separator: "\n")
    }
}

extension MigratedInstance.Step {
    fileprivate var word: String {
        switch self {
        case .keepTimer: "timers kept"
        case .moveTimer: "timers moved"
        case .clearTimer: "timers cancelled"
        case .setTimer: "timers set"
        case .keepJob: "jobs kept"
        case .moveJob: "jobs moved"
        case .cancelJob: "jobs cancelled"
        case .startJob: "jobs started"
        }
    }
}
