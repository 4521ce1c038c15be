import JSONValue
import Statechart
import Store

/// Holds, priorities: what changes a post and leaves its chart's state as it is.
extension PostFold {
    mutating func operate(_ operation: PostOperation, _ work: Work, _ instance: Instance) -> WorkOutcome {
        // Nothing of a post that has ended is left to hold or to hurry.
        guard instance.state.waitsFor != .nothing else { return .ignored(Standing(instance)) }
        switch operation {
        case .hold(let reason): return hold(reason, work, instance)
        case .release(let reason): return release(reason, work, instance)
        case .prioritise(let change): return prioritise(change, work, instance)
        case .migrate(let migration): return migrate(migration, work, instance)
        }
    }

    private mutating func hold(_ reason: String, _ work: Work, _ instance: Instance) -> WorkOutcome {
        guard !instance.isHeld else { return .ignored(Standing(instance)) }
        var after = instance
        after.state.metadata["held"] = [
            "actor": .string(work.actor), "reason": .string(reason), "since": .string(now.description),
        ]
        requeue(instance.waitingJobs, of: after) { _ in JobWrite.Requeue.forEver }
        return record("hold", ["reason": .string(reason)], work, from: instance, to: after)
    }

    private mutating func release(_ reason: String, _ work: Work, _ instance: Instance) -> WorkOutcome {
        guard instance.isHeld else { return .ignored(Standing(instance)) }
        var after = instance
        after.state.metadata["held"] = nil
        for number in instance.waitingJobs {
            guard let source = after.jobs[number]?.source else { continue }
            after.jobs[number]?.queueDeadline = now + policy.queueLimit(of: source)
        }
        let policy = policy
        requeue(instance.waitingJobs, of: after) { policy.queueLimit(of: $0.source).microseconds }
        return record("release", ["reason": .string(reason)], work, from: instance, to: after)
    }

    private mutating func prioritise(_ change: PriorityChange, _ work: Work, _ instance: Instance) -> WorkOutcome {
        let priority = change.applied(to: instance.state.priority)
        guard priority != instance.state.priority else { return .ignored(Standing(instance)) }
        var after = instance
        after.state.priority = priority
        // Of running ones too: they may be put back.
        requeue(instance.liveJobs, of: after) { _ in nil }
        let data: JSONObject = ["before": .int(Int64(instance.state.priority)), "priority": .int(Int64(priority))]
        return record("prioritise", data, work, from: instance, to: after)
    }

    private mutating func requeue(_ numbers: [Int], of instance: Instance, queue: (JobMemory) -> Int64?) {
        for number in numbers {
            guard let memory = instance.jobs[number] else { continue }
            parts.jobs.append(
                .requeue(
                    JobWrite.Requeue(
                        number: number, priority: instance.state.priority, isHeld: instance.isHeld,
                        queueMicroseconds: queue(memory))))
        }
    }

    /// A job that begins to wait while its post is held waits for the release.
    mutating func keepHeld(_ number: Int, of instance: Instance) {
        guard instance.isHeld else { return }
        parts.jobs.append(
            .requeue(
                JobWrite.Requeue(
                    number: number, priority: instance.state.priority, isHeld: true,
                    queueMicroseconds: JobWrite.Requeue.forEver)))
    }

    /// Makes an operator's change part of the write.
    mutating func record(
        _ event: String, _ data: JSONObject, _ work: Work, from before: Instance, to changed: Instance,
        effects: [JSON] = []
    ) -> WorkOutcome {
        var after = changed
        after.revision += 1
        parts.transitions.append(
            TransitionRow(
                post: post, revision: after.revision, event: event, data: data, origin: PostOperation.origin,
                actor: work.actor, from: before.snapshot.configuration, to: after.snapshot.configuration, guards: [],
                effects: .array(effects + work.operationEffect), now: now, chart: after.state.chart,
                settingsDigest: policy.settingsDigest, durationMicroseconds: 0))
        return replace(with: after)
    }
}

extension Work {
    /// How the history says which operation on many a macrostep belongs to.
    var operationEffect: [JSON] { operation.map { [["operation": .int($0)]] } ?? [] }
}
