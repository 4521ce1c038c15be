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
    /// By reason, whatever numbers it names; each with the first reason as it was.
    package private(set) var refusals: [String: Refusal] = [:]

    package struct Refusal: Sendable, Hashable {
        package var reason: String
        package var count = 0
        package var examples: [String] = []
    }

    package init(_ forward: MigrationPlan, _ inverse: MigrationPlan, settings: JSON, now: Timestamp) {
        self.forward = forward
        self.inverse = inverse
        self.settings = settings
        self.now = now
    }

    package var refused: Int { refusals.values.map(\.count).reduce(0, +) }

    package mutating func refuse(_ name: String, _ reason: String) {
        let kind = String(reason.map { $0.isNumber ? "#" : $0 })
        var refusal = refusals[kind] ?? Refusal(reason: reason)
        refusal.count += 1
        if refusal.examples.count < Self.examples { refusal.examples.append(name) }
        refusals[kind] = refusal
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
        for refusal in refusals.values.sorted(by: { ($1.count, $0.reason) < ($0.count, $1.reason) }) {
            lines.append("\(refusal.count) cannot: \(refusal.reason)")
            lines.append("  such as \(refusal.examples.joined(separator: ", "))")
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
