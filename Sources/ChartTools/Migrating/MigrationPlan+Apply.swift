import JSONValue
import Statechart

extension MigrationPlan: InstanceMigration {
    package var oldChart: String { old.digest }
    package var newChart: String { new.digest }

    /// The instance on the new chart. Pure; throws when it is in no state of the old chart, or its context does not come
    /// to fit.
    package func migrate(
        _ snapshot: Snapshot, settings: JSON, now: Timestamp
    ) throws(MigrationProblem) -> MigratedInstance {
        guard ChartConfigurations.isLegal(snapshot.configuration, in: old) else {
            throw MigrationProblem(
                "[\(snapshot.configuration.joined(separator: ", "))] is no configuration of the old chart")
        }
        var next = snapshot
        next.configuration = ordered(snapshot.configuration.compactMap { states[$0] })
        next.context = try context(of: snapshot, settings, now)
        next.history = [:]
        for (state, kept) in snapshot.history {
            guard let place = states[state] else { continue }
            next.history[place] = kept.compactMap { states[$0] }
        }
        next.bound = snapshot.bound.compactMap { states[$0] }
        try checkChildren(of: snapshot)
        let before = active(snapshot.configuration, old)
        var result = MigratedInstance(snapshot: next, steps: [])
        let after = isEnded(next) ? [] : active(next.configuration, new)
        moveTimers(of: snapshot, before, after, &result)
        try moveJobs(of: snapshot, before, after, &result, settings, now)
        if let problem = new.contextProblem(result.snapshot.context) {
            throw MigrationProblem("the new context does not fit its schema: \(problem)")
        }
        return result
    }

    private func context(
        of snapshot: Snapshot, _ settings: JSON, _ now: Timestamp
    ) throws(MigrationProblem) -> JSONObject {
        let scope = Scope(context: .object(snapshot.context), event: [:], settings: settings, now: now)
        // In the order of the old context, so that the way back gives the same text.
        var members = JSONObject()
        for name in snapshot.context.keys where context[name] == nil && !old.contextMembers.contains(name) {
            members[name] = snapshot.context[name]
        }
        for (name, member) in context.sorted(by: { $0.key < $1.key }) {
            switch member {
            case .carried: members[name] = snapshot.context[name] ?? new.context[name]
            case .initial(let value): members[name] = value
            case .computed(let expression):
                do throws(ExpressionError) {
                    members[name] = try expression.evaluate(scope)
                } catch {
                    throw MigrationProblem("'\(name)', which is '\(expression.text)', has no value: \(error.message)")
                }
            }
        }
        return members
    }

    /// Charts within charts move only where nothing of them changes.
    private func checkChildren(of snapshot: Snapshot) throws(MigrationProblem) {
        for (name, child) in snapshot.children {
            let digests = [old, new].map { chart in child.chart.string.flatMap { chart.children[$0]?.digest } }
            guard invocations[name] == .some(name), digests[0] != nil, digests[0] == digests[1] else {
                throw MigrationProblem("its invocation '\(name)' runs a chart that the new version changes")
            }
        }
    }

    private func moveTimers(
        of snapshot: Snapshot, _ before: [State], _ after: [State], _ result: inout MigratedInstance
    ) {
        let wanted = after.flatMap(\.timers)
        let names = Set(wanted.map(\.name))
        let offered = Set(before.flatMap(\.timers).compactMap { timers[$0.name] ?? nil })
        result.snapshot.timers = [:]
        for (name, occurrence) in snapshot.timers {
            // Timers of delayed events belong to no state.
            let target = snapshot.sends[name] == nil ? timers[name] ?? nil : name
            if let target, names.contains(target) || target == name && snapshot.sends[name] != nil {
                result.snapshot.timers[target] = occurrence
                result.steps.append(target == name ? .keepTimer(name) : .moveTimer(from: name, to: target))
            } else {
                result.steps.append(.clearTimer(name: name, occurrence: occurrence))
            }
        }
        // A timer that the old state had is not set again when it has fired.
        for timer in wanted where !offered.contains(timer.name) && result.snapshot.timers[timer.name] == nil {
            result.snapshot.timerCount += 1
            result.snapshot.timers[timer.name] = result.snapshot.timerCount
            result.steps.append(
                .setTimer(name: timer.name, occurrence: result.snapshot.timerCount, delay: timer.delay))
        }
    }

    private func moveJobs(
        of snapshot: Snapshot, _ before: [State], _ after: [State], _ result: inout MigratedInstance,
        _ settings: JSON, _ now: Timestamp
    ) throws(MigrationProblem) {
        let wanted = after.flatMap(\.invocations)
        let ids = Set(wanted.map(\.id))
        let offered = Set(before.flatMap(\.invocations).compactMap { invocations[$0.id] ?? nil })
        result.snapshot.jobs = [:]
        for (invocation, job) in snapshot.jobs {
            let target = invocations[invocation] ?? nil
            var kept = job
            if job.isLive, target.map({ !ids.contains($0) }) ?? true {
                kept.isLive = false
                result.steps.append(.cancelJob(job.number, invocation: invocation))
            } else if job.isLive, let target {
                result.steps.append(
                    target == invocation
                        ? .keepJob(job.number) : .moveJob(job.number, from: invocation, to: target))
            }
            if let target { result.snapshot.jobs[target] = kept }
        }
        for invocation in wanted where !offered.contains(invocation.id) {
            guard case .job = invocation.work, result.snapshot.jobs[invocation.id]?.isLive != true else { continue }
            try start(invocation, &result, settings, now)
        }
    }

    private func start(
        _ invocation: Invocation, _ result: inout MigratedInstance, _ settings: JSON, _ now: Timestamp
    ) throws(MigrationProblem) {
        let scope = Scope(context: .object(result.snapshot.context), event: [:], settings: settings, now: now)
        var input = JSONObject()
        for part in invocation.input {
            do throws(ExpressionError) {
                input[part.name] = try part.value.evaluate(scope)
            } catch {
                throw MigrationProblem("the input of '\(invocation.id)' has no value: \(error.message)")
            }
        }
        let number = result.snapshot.jobs[invocation.id]?.number ?? result.snapshot.nextJob
        if number == result.snapshot.nextJob { result.snapshot.nextJob += 1 }
        result.snapshot.jobs[invocation.id] = Snapshot.Job(number: number, isLive: true)
        result.steps.append(
            .startJob(
                StartJob(
                    number: number, invocation: invocation.id, source: invocation.source, input: input,
                    timeout: invocation.timeout)))
    }

    private func active(_ configuration: [String], _ chart: Chart) -> [State] {
        let leaves = configuration.compactMap { chart.state(at: $0)?.id }
        return chart.states.filter { state in leaves.contains { $0 >= state.id && $0 < state.end } }
    }

    /// In document order, each once.
    private func ordered(_ paths: [String]) -> [String] {
        Set(paths.compactMap { new.state(at: $0)?.id }).sorted().map { new.states[$0].path }
    }

    private func isEnded(_ snapshot: Snapshot) -> Bool {
        snapshot.configuration.contains { path in
            guard let state = new.state(at: path) else { return false }
            return state.kind == .final && state.parent == 0
        }
    }
}
