import JSONValue

/// What a run of chaos has to say, as a table and as one line of JSON.
struct ChaosReport: Sendable {
    private let plan: ChaosPlan
    private var effects: [ChaosFault: [ChaosPulse.Effect]] = [:]
    var audit = ChaosAudit()
    /// Every post ended in time once the faults were over.
    var isDrained = false
    /// From the last fault's end, and the last post's coming, until every post had ended.
    var drain = Duration.zero

    init(_ plan: ChaosPlan) { self.plan = plan }

    mutating func add(_ strike: ChaosStrike, _ effect: ChaosPulse.Effect) {
        effects[strike.fault, default: []].append(effect)
    }

    /// How often a kind of fault came.
    func count(of fault: ChaosFault) -> Int { effects[fault]?.count ?? 0 }

    var text: String {
        let width = ChaosFault.allCases.map(\.rawValue.count).max() ?? 0
        let rows = ChaosFault.allCases.map { fault -> String in
            let name = fault.rawValue.padded(to: width)
            let pauses = times(of: fault, \.pause)
            let recoveries = times(of: fault, \.recovery)
            let columns = [pauses.median, pauses.max, recoveries.median, recoveries.max].map {
                $0.inTenths.padded(to: -10)
            }
            return name + String(count(of: fault)).padded(to: -7) + columns.joined()
        }
        let head = "fault".padded(to: width) + "  times" + "     pause       max  recovery       max"
        return (["chaos: seed \(plan.seed), \(plan.nodes) nodes, \(plan.rate) posts a second", head] + rows + counts)
            .joined(separator: "\n")
    }

    private var counts: [String] {
        let findings = audit.lost + audit.doubled + audit.stuck + audit.broken
        return [
            "\(audit.posts) posts acknowledged, \(audit.published) replies at Reddit, \(audit.results) results, "
                + "\(audit.agentJobs) jobs of the agent, \(audit.unknownOutcomes) × unknown outcome; "
                + "drained in \(drain.inTenths)",
            "\(audit.lost.count) lost, \(audit.doubled.count) doubled, \(audit.stuck.count) stuck, "
                + "\(audit.broken.count) broken",
        ] + findings.prefix(40).map { "  " + $0 }
    }

    var json: JSON {
        let kinds = ChaosFault.allCases.map { fault -> JSON in
            let pauses = times(of: fault, \.pause)
            let recoveries = times(of: fault, \.recovery)
            return [
                "fault": .string(fault.rawValue), "times": JSON(count(of: fault)),
                "pause_median_s": JSON(pauses.median.seconds), "pause_max_s": JSON(pauses.max.seconds),
                "recovery_median_s": JSON(recoveries.median.seconds),
                "recovery_max_s": JSON(recoveries.max.seconds),
            ]
        }
        return [
            "seed": .string(String(plan.seed)), "nodes": JSON(plan.nodes), "rate": JSON(plan.rate),
            "faults": .array(kinds), "posts": JSON(audit.posts), "replies": JSON(audit.published),
            "results": JSON(audit.results), "agent_jobs": JSON(audit.agentJobs),
            "unknown_outcomes": JSON(audit.unknownOutcomes),
            "drain_s": JSON(drain.seconds), "lost": JSON(audit.lost.count),
            "doubled": JSON(audit.doubled.count), "stuck": JSON(audit.stuck.count),
            "broken": JSON(audit.broken.count),
        ]
    }

    private func times(
        of fault: ChaosFault, _ part: KeyPath<ChaosPulse.Effect, Duration>
    ) -> (median: Duration, max: Duration) {
        let sorted = (effects[fault] ?? []).map { $0[keyPath: part] }.sorted()
        guard let last = sorted.last else { return (.zero, .zero) }
        return (sorted[sorted.count / 2], last)
    }
}

extension Duration {
    /// To the millisecond.
    fileprivate var seconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}

extension String {
    /// Filled up with spaces: behind it, or before it where the width is negative.
    fileprivate func padded(to width: Int) -> String {
        let spaces = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? spaces + self : self + spaces
    }
}
