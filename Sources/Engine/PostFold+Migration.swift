import JSONValue
import Statechart
import Store

extension PostFold {
    /// Moves the post to another version of its chart: one write, or none. Jobs keep their numbers and attempts, so a
    /// callback to an old address still counts, once.
    mutating func migrate(_ migration: any InstanceMigration, _ work: Work, _ instance: Instance) -> WorkOutcome {
        guard instance.state.chart == migration.oldChart else { return .ignored(Standing(instance)) }
        guard let interpreter = policy.interpreter(for: migration.newChart) else {
            return .foreignChart(migration.newChart)
        }
        let moved: MigratedInstance
        let standing: Macrostep
        do {
            moved = try migration.migrate(instance.snapshot, settings: policy.chartSettings, now: now)
            standing = try interpreter.standing(moved.snapshot, surroundings: surroundings)
        } catch let problem as MigrationProblem {
            return .broken(ChartError(.migration, state: "", problem.description))
        } catch {
            return .broken((error as? ChartError) ?? ChartError(.migration, state: "", "\(error)"))
        }
        var after = instance
        after.snapshot = moved.snapshot
        after.state.chart = migration.newChart
        after.state.context = moved.snapshot.context
        after.updateColumns(standing, now: now)
        // No stage has ended, though it may have another name now.
        after.state.processedAt = instance.state.processedAt
        let effects = moved.steps.compactMap { take($0, into: &after) }
        return record(
            PostOperation.migration, after.facts(of: migration), work, from: instance, to: after, effects: effects)
    }

    /// One timer's or job's fate as rows; what stays as it is needs none.
    private mutating func take(_ step: MigratedInstance.Step, into instance: inout Instance) -> JSON? {
        let event = Event(PostOperation.migration)
        switch step {
        case .keepTimer: return nil
        case .moveTimer(let name, let target):
            parts.timers.append(.move(name: name, to: target))
            return ["timer": .string(name), "to": .string(target)]
        case .clearTimer(let name, let occurrence):
            return translate(.clearTimer(name: name, occurrence: occurrence), event: event, into: &instance)
        case .setTimer(let name, let occurrence, let delay):
            return translate(
                .setTimer(name: name, occurrence: occurrence, delay: delay), event: event, into: &instance)
        case .keepJob(let number):
            carry(number, as: nil, of: instance)
            return nil
        case .moveJob(let number, _, let target):
            carry(number, as: target, of: instance)
            return ["job": .int(Int64(number)), "to": .string(target)]
        case .cancelJob(let number, let invocation):
            return translate(.cancelJob(number: number, invocation: invocation), event: event, into: &instance)
        case .startJob(let start): return translate(.startJob(start), event: event, into: &instance)
        }
    }

    /// The job's row goes on: under the invocation and the stage that its result now belongs to.
    private mutating func carry(_ number: Int, as invocation: String?, of instance: Instance) {
        parts.jobs.append(
            .requeue(
                JobWrite.Requeue(
                    number: number, priority: instance.state.priority, isHeld: instance.isHeld,
                    queueMicroseconds: nil, invocation: invocation, stage: instance.state.stage)))
    }
}

extension Instance {
    /// What the history keeps of a migration: enough to go on from without the migration's text.
    fileprivate func facts(of migration: any InstanceMigration) -> JSONObject {
        [
            "from": .string(migration.oldChart), "to": .string(migration.newChart),
            "migration": .string(migration.name), "context": .object(snapshot.context), "memory": snapshot.memory,
        ]
    }
}
