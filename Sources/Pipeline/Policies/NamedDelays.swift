import Glibc
import JSONValue

/// Resolves the delays that charts name. Pure: randomness and the moment come as arguments.
package struct NamedDelays: Sendable {
    let settings: PipelineSettings

    package init(_ settings: PipelineSettings) { self.settings = settings }

    /// Names that a chart may use.
    package static let names: [String] =
        JobSource.allCases.map { "\($0.rawValue).timeout" }
        + JobSource.allCases.map { "\($0.rawValue).backoff" } + [
            "posting.slot", "posting.backoff", "posting.reconcile_after", "engagement.next", "review.expiry",
        ]

    /// Longest wait that a far side may ask for.
    static let askedLimit = Duration.seconds(7 * 86_400)

    /// The span for a name; nil when there is no such name. `random` lies in [0, 1).
    package func duration(
        of name: String, context: JSONObject, event: JSONObject, now: Timestamp, random: Double
    ) -> Duration? {
        switch name {
        case "posting.slot": slot(context, event, now)
        case "posting.backoff": backoff(settings.comment, context, event, random)
        case "posting.reconcile_after": settings.posting.reconcileAfter
        case "engagement.next": nextLook(context)
        case "review.expiry": settings.reviewExpiry
        default: ofJob(name, context, event, random)
        }
    }

    private func ofJob(_ name: String, _ context: JSONObject, _ event: JSONObject, _ random: Double) -> Duration? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let source = JobSource(rawValue: String(parts[0])) else { return nil }
        switch parts[1] {
        case "timeout": return settings[source].timeout
        case "backoff": return backoff(settings[source], context, event, random)
        default: return nil
        }
    }

    /// Doubles with each retry up to the cap; the upper half of it is left to chance, so that posts which failed
    /// together do not come back together. A longer wait that the far side asked for is kept, with a little chance on
    /// top.
    private func backoff(
        _ policy: PipelineSettings.JobPolicy, _ context: JSONObject, _ event: JSONObject, _ random: Double
    ) -> Duration {
        let retries = min(max(context["retries"]?.int ?? 1, 1), 40)
        let base = Double(policy.backoffBase.microseconds)
        let full = min(base * exp2(Double(retries - 1)), Double(policy.backoffCap.microseconds))
        let chance = min(max(random, 0), 1)
        let own = full / 2 + full / 2 * chance
        let asked = Self.microseconds(event["retry_after_s"]) * (1 + chance / 10)
        return .microseconds(Int64(max(own, asked)))
    }

    /// Until the reserved moment: `event.wait_s`, else `event.until` or `context.slot` in microseconds or RFC 3339.
    private func slot(_ context: JSONObject, _ event: JSONObject, _ now: Timestamp) -> Duration {
        if event["wait_s"]?.double != nil { return .microseconds(Int64(Self.microseconds(event["wait_s"]))) }
        guard let until = Self.moment(event["until"]) ?? Self.moment(context["slot"]) else { return .zero }
        return min(max(until - now, .zero), Self.askedLimit)
    }

    private func nextLook(_ context: JSONObject) -> Duration {
        let ages = settings.engagementAges
        guard let last = ages.indices.last else { return .seconds(86_400) }
        let check = Int(min(max(context["checks"]?.int ?? 0, 0), Int64(last)))
        return check == 0 ? ages[0] : max(ages[check] - ages[check - 1], .zero)
    }

    private static func microseconds(_ seconds: JSON?) -> Double {
        guard let seconds = seconds?.double, seconds > 0 else { return 0 }
        return min(seconds * 1_000_000, Double(askedLimit.microseconds))
    }

    private static func moment(_ value: JSON?) -> Timestamp? {
        if let text = value?.string { return Timestamp(text) }
        // Beyond these bounds the arithmetic of moments could overflow; none of ours lies there.
        guard let micro = value?.int, (1...(Int64.max / 4)).contains(micro) else { return nil }
        return Timestamp(microseconds: micro)
    }
}
