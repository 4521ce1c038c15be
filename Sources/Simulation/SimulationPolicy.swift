import Engine
import JSONValue
import Pipeline
import Statechart
import Store

/// The pipeline's own policy with the charts of a run, and with an action that emits an event.
struct SimulationPolicy: EnginePolicy {
    /// By digest: what this node has.
    let interpreters: [String: Interpreter]
    let currentChart: String
    let base: PipelinePolicy

    var chartSettings: JSON { base.chartSettings }
    var settingsDigest: String { base.settingsDigest }

    func interpreter(for chart: String) -> Interpreter? { interpreters[chart] }
    func silence(of source: String) -> Duration { base.silence(of: source) }
    func queueLimit(of source: String) -> Duration { base.queueLimit(of: source) }
    func expiry(of source: String, phase: JobRow.Phase) -> JobFailure { base.expiry(of: source, phase: phase) }

    func duration(
        of delay: String, context: JSONObject, event: JSONObject, now: Timestamp, random: Double
    ) -> Duration {
        base.duration(of: delay, context: context, event: event, now: now, random: random)
    }

    func extras(for change: EngineChange) -> Extras {
        guard case .action(let post, "tell", let parameters) = change else { return base.extras(for: change) }
        // The neighbour may not exist: then the event is dropped.
        let neighbour = PostID(1 + (post.rawValue + (parameters["offset"]?.int ?? 1)) % 8)
        return Extras(emitted: [InboxEvent(post: neighbour, event: "poke", data: [:], actor: "post:\(post)")])
    }

    /// Of runs that are in a hurry: everything happens within seconds.
    static let hurried: PipelineSettings = {
        var settings = PipelineSettings()
        for source in JobSource.allCases {
            let isAccount = source.performer == .account
            settings[source].maxRetries = 2
            settings[source].timeout = .seconds(isAccount ? 12 : 8)
            settings[source].silence = .seconds(isAccount ? 12 : 6)
            settings[source].queueLimit = .seconds(16)
            settings[source].backoffBase = .seconds(1)
            settings[source].backoffCap = .seconds(3)
        }
        settings[.triage].isTimeSensitive = true
        settings.posting.mode = .auto
        settings.posting.reconcileAfter = .seconds(3)
        settings.posting.maxReconciliations = 2
        settings.reviewExpiry = .seconds(6)
        settings.engagementAges = [.seconds(1), .seconds(3)]
        settings.maxRevisions = 1
        return settings
    }()

    /// As operators have them, but that comments are sent at once and looked at soon.
    static let usual: PipelineSettings = {
        var settings = PipelineSettings()
        settings.posting.mode = .auto
        settings.engagementAges = [.seconds(1)]
        return settings
    }()
}
