import Engine
import JSONValue
import Store
import Threads

import struct Statechart.Interpreter

/// The domain of the rig: one chart, fixed limits.
struct RigPolicy: EnginePolicy {
    let interpreter: Interpreter
    /// What else is written, as the test says.
    let more = Shared<@Sendable (EngineChange) -> Extras>({ _ in Extras() })
    /// What attempts may wait for.
    let gate = Latch()
    var currentChart: String { interpreter.chart.digest }
    var chartSettings: JSON { [:] }
    var settingsDigest: String { "rig" }

    /// Charts that this node has besides its own.
    let others = Shared<[String: Interpreter]>([:])

    func interpreter(for chart: String) -> Interpreter? {
        chart == currentChart ? interpreter : others.value[chart]
    }
    func duration(
        of delay: String, context: JSONObject, event: JSONObject, now: Timestamp, random: Double
    ) -> Duration { .seconds(1) }
    func silence(of source: String) -> Duration { .seconds(30) }
    let isUrgent = Shared(false)
    func isTimeSensitive(_ source: String) -> Bool { isUrgent.value }
    func queueLimit(of source: String) -> Duration { .seconds(300) }
    func expiry(of source: String, phase: JobRow.Phase) -> JobFailure {
        JobFailure(
            code: phase == .waiting ? "queue_timeout" : "timeout", message: "late", isRetryable: phase != .waiting)
    }
    func extras(for change: EngineChange) -> Extras { more.value(change) }
}

/// Endpoints that do what the test says; until it says something, they accept.
final class ScriptedPerformer: Performer {
    private let script = Locked<@Sendable (Assignment) async -> PerformOutcome>({ _ in .accepted(remoteID: nil) })
    let performed = Locked<[Assignment]>([])
    private let began = Signal()

    func canPerform(_ wireProtocol: String) -> Bool { wireProtocol == "mock" }
    let canRepeat = Shared(true)
    func isRepeatable(_ source: String) -> Bool { canRepeat.value }

    func play(_ script: @escaping @Sendable (Assignment) async -> PerformOutcome) {
        self.script.withLock { $0 = script }
    }

    func perform(_ assignment: Assignment) async -> PerformOutcome {
        performed.withLock { $0.append(assignment) }
        began.raise()
        let script = script.withLock { $0 }
        return await script(assignment)
    }

    /// The attempts once there are so many.
    func attempts(_ count: Int) async throws -> [Assignment] {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            let all = performed.withLock { $0 }
            if all.count >= count { return all }
            await began.wait(atMost: .milliseconds(200))
        }
        throw RigFailure(description: "only \(attempts) were performed")
    }

    var attempts: [String] { performed.withLock { $0.map { "\($0.job.key)/\($0.job.attempt)" } } }
}

extension Completion {
    static func decided(_ decision: String) -> Completion { Completion(facts: ["decision": .string(decision)]) }
}
