import JSONValue
import Statechart
import Store

extension PostFold {
    /// Turns an effect into rows; returns what the history says of it.
    mutating func translate(_ effect: Effect, event: Event, into instance: inout Instance) -> JSON {
        switch effect {
        case .startJob(let start): return wait(for: start, event: event, in: &instance)
        case .cancelJob(let number, let invocation):
            end(number, delivery: nil, in: &instance)
            return ["cancel": .int(Int64(number)), "invocation": .string(invocation)]
        case .setTimer(let name, let occurrence, let delay):
            let microseconds = duration(of: delay, event: event, context: instance.snapshot.context).microseconds
            parts.timers.append(.set(name: name, occurrence: occurrence, delayMicroseconds: max(0, microseconds)))
            return [
                "timer": .string(name), "occurrence": .int(Int64(occurrence)), "delay_us": .int(max(0, microseconds)),
            ]
        case .clearTimer(let name, _):
            parts.timers.append(.clear(name: name))
            return ["clear": .string(name)]
        case .action(let name, let parameters):
            parts.add(policy.extras(for: .action(post: post, name: name, parameters: parameters)))
            return ["action": .string(name), "parameters": .object(parameters)]
        case .log(let text):
            return ["log": .string(String(text.prefix(200)))]
        }
    }

    private mutating func wait(for start: StartJob, event: Event, in instance: inout Instance) -> JSON {
        let timeout = duration(of: start.timeout, event: event, context: instance.snapshot.context).microseconds
        let queue = policy.queueLimit(of: start.source)
        var memory =
            instance.jobs[start.number]
            ?? JobMemory(source: start.source, queueDeadline: now + queue, timeoutMicroseconds: timeout)
        memory.phase = .waiting
        memory.source = start.source
        memory.queueDeadline = now + queue
        memory.timeoutMicroseconds = timeout
        instance.jobs[start.number] = memory
        parts.jobs.append(
            .wait(
                JobWrite.Wait(
                    number: start.number, attempt: memory.attempt, invocation: start.invocation, source: start.source,
                    stage: instance.state.stage, input: start.input, priority: instance.state.priority,
                    community: instance.state.metadata["community"]?.string ?? "", timeoutMicroseconds: timeout,
                    queueMicroseconds: queue.microseconds)))
        keepHeld(start.number, of: instance)
        return [
            "job": .int(Int64(start.number)), "invocation": .string(start.invocation), "source": .string(start.source),
        ]
    }

    /// Ends a job in the memory and in its row, unless it has ended already.
    mutating func end(_ number: Int, delivery: Delivery?, in instance: inout Instance) {
        guard var memory = instance.jobs[number], memory.phase != .done else { return }
        if memory.phase == .assigned { instance.unassign() }
        memory = JobMemory(ended: memory)
        memory.deliveryID = delivery?.id
        memory.deliveryHash = delivery?.bodyHash
        instance.jobs[number] = memory
        parts.jobs.append(.end(number: number))
    }

    private mutating func duration(of delay: Delay, event: Event, context: JSONObject) -> Duration {
        switch delay {
        case .fixed(let duration): duration
        case .named(let name):
            policy.duration(
                of: name, context: context, event: event.data, now: now,
                random: Double.random(in: 0..<1, using: &random))
        }
    }
}
