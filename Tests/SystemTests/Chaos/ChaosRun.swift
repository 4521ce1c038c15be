import TestSupport

/// A steady intake, faults one after the other, the drain, and what is left.
struct ChaosRun {
    let plan: ChaosPlan
    let cluster: ChaosCluster
    let intake: ChaosIntake
    let watch: ChaosWatch

    /// Starts everything, runs it to its end and says what was seen.
    static func run(_ plan: ChaosPlan) async throws -> ChaosReport {
        let cluster = try await ChaosCluster.start(plan)
        guard let reddit = cluster.rig.reddit else { throw TestFailure("there is no Reddit") }
        let intake = ChaosIntake(rate: plan.rate, urls: cluster.nodes.map(\.url), reddit: reddit)
        let watch = ChaosWatch(url: cluster.server.url, intake: intake)
        let run = ChaosRun(plan: plan, cluster: cluster, intake: intake, watch: watch)
        var report = ChaosReport(plan)
        try await cluster.rig.explained {
            async let intakeEnd: Void = intake.run()
            async let watchEnd: Void = watch.run()
            report = try await run.strikeAll()
            try await intakeEnd
            await watchEnd
            report.audit = try await ChaosAudit.read(
                cluster.rig, cluster.server.url, settingsOf: cluster.nodes[0].name, intake)
        }
        try await cluster.server.remove()
        return report
    }

    /// Rounds of all kinds of faults until the time is over; then the drain.
    private func strikeAll() async throws -> ChaosReport {
        var report = ChaosReport(plan)
        var random = Seeded(seed: plan.seed)
        try await eventually("posts end at the rate at which they come", within: .seconds(60)) {
            watch.seen.ended > Int(plan.rate * 4)
        }
        let began = ContinuousClock.now
        let usual = watch.seen.oldest(since: began - .seconds(3))
        repeat {
            for strike in ChaosStrike.round(&random, lease: plan.lease) {
                report.add(strike, try await effect(of: strike, usual: usual))
            }
        } while ContinuousClock.now - began < plan.duration
        let end = ContinuousClock.now
        intake.end()
        // What did not end is for the audit to name.
        report.isDrained = await isDrained()
        report.drain = ContinuousClock.now - end
        watch.end()
        for node in cluster.nodes { try await node.stop() }
        return report
    }

    /// One fault, from quiet to quiet; `usual` is how old posts became before any.
    private func effect(of strike: ChaosStrike, usual: Duration) async throws -> ChaosPulse.Effect {
        let before = ContinuousClock.now
        // A second more or less is no effect: posts differ. Bounded, or it could creep up from fault to fault.
        let limit = min(watch.seen.oldest(since: before - .seconds(3)), usual + .seconds(2)) + .seconds(1)
        try await cluster.strike(strike)
        let over = ContinuousClock.now
        // Longer than a lease: what a fault does may begin when it is over.
        let quiet = plan.lease + .milliseconds(500)
        try await eventually("recovery from '\(strike.fault.rawValue)'", within: plan.recoveryLimit) {
            watch.seen.isCalm(since: over, for: quiet, age: limit)
        }
        for node in cluster.nodes where !node.isRunning {
            throw TestFailure("\(node.name) ended in '\(strike.fault.rawValue)':\n\(node.lastLines)")
        }
        let effect = watch.seen.effect(since: before, age: limit)
        print(
            "chaos: \(strike.fault.rawValue) (\(strike.victim.rawValue)) for \(strike.length.inTenths), "
                + "pause \(effect.pause.inTenths), recovery \(effect.recovery.inTenths)")
        return effect
    }

    private func isDrained() async -> Bool {
        let wait: ()? = try? await eventually("every post has ended", within: .seconds(120), every: .milliseconds(100))
        {
            intake.acknowledged.count == intake.offered && watch.seen.ended >= intake.offered
        }
        return wait != nil
    }
}

extension Duration {
    /// In seconds with one decimal.
    var inTenths: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
