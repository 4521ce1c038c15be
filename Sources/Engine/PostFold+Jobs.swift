import JSONValue
import Statechart
import Store

/// Inputs about jobs. Each is judged against the hot row's own memory of the job: its phase and its latest attempt.
extension PostFold {
    mutating func assign(
        _ job: JobRow, _ endpoint: EndpointRow, _ lease: Lease, _ limits: [LimitWrite], _ work: Work,
        _ interpreter: Interpreter, _ instance: Instance
    ) -> WorkOutcome {
        guard !instance.isHeld, var memory = instance.jobs[job.key.number], memory.phase == .waiting,
            instance.isLive(job.key.number)
        else { return .stale(Standing(instance)) }
        memory.phase = .assigned
        memory.attempt += 1
        memory.endpoint = endpoint.name
        memory.epoch = lease.epoch
        // The row's clock: it may have been moved on beside the post's lock.
        memory.queueDeadline = job.wakeAt
        let event = Event(
            "job.assigned",
            data: [
                "job": .int(Int64(job.key.number)), "attempt": .int(Int64(memory.attempt)),
                "endpoint": .string(endpoint.name),
            ], origin: .job(number: job.key.number, isTerminal: false))
        let present = now
        let outcome = step(event, job.key.number, memory, work, interpreter, instance) { after in
            after.assign(endpoint.name, at: present)
        }
        guard case .taken = outcome, self.instance?.jobs[job.key.number] == memory else { return outcome }
        parts.jobs.append(
            .assign(
                JobWrite.Assign(
                    number: job.key.number, attempt: memory.attempt, endpoint: endpoint.name, epoch: lease.epoch,
                    timeoutMicroseconds: memory.timeoutMicroseconds,
                    silenceMicroseconds: policy.silence(of: job.source).microseconds)))
        parts.fence(lease)
        parts.limits += limits
        parts.add(policy.extras(for: .assigned(job.assigned(memory))))
        return outcome
    }

    mutating func limit(
        _ job: JobRow, _ until: Timestamp, _ limits: [LimitWrite], _ reason: String, _ lease: Lease, _ work: Work,
        _ interpreter: Interpreter, _ instance: Instance
    ) -> WorkOutcome {
        guard !instance.isHeld, let memory = instance.jobs[job.key.number], memory.phase == .waiting,
            instance.isLive(job.key.number)
        else { return .stale(Standing(instance)) }
        let event = Event(
            "job.limited",
            data: [
                "job": .int(Int64(job.key.number)), "until": .int(until.microseconds),
                "wait_s": .double((until - now) / .seconds(1)), "reason": .string(reason),
            ], origin: .job(number: job.key.number, isTerminal: false))
        let outcome = step(event, job.key.number, memory, work, interpreter, instance) { _ in }
        guard case .taken = outcome else { return outcome }
        parts.fence(lease)
        parts.limits += limits
        return outcome
    }

    mutating func putBack(
        _ number: Int, _ attempt: Int, _ fault: (code: String, message: String), _ after: Duration, _ lease: Lease,
        _ work: Work, _ interpreter: Interpreter, _ instance: Instance
    ) -> WorkOutcome {
        guard var memory = instance.jobs[number], memory.phase == .assigned, memory.attempt == attempt,
            instance.isLive(number)
        else { return .stale(Standing(instance)) }
        memory.phase = .waiting
        let event = Event(
            "job.returned",
            data: [
                "job": .int(Int64(number)), "attempt": .int(Int64(attempt)), "code": .string(fault.code),
                "message": .string(String(fault.message.prefix(200))),
            ], origin: .job(number: number, isTerminal: false))
        let outcome = step(event, number, memory, work, interpreter, instance) { $0.unassign() }
        // Whoever has taken the endpoint over may be sending this very attempt.
        if case .taken = outcome { parts.fence(lease) }
        guard case .taken = outcome, self.instance?.jobs[number] == memory else { return outcome }
        let queue = max(memory.queueDeadline - now, after + .seconds(1))
        parts.jobs.append(
            .putBack(
                number: number, readyAfterMicroseconds: after.microseconds, queueMicroseconds: queue.microseconds))
        keepHeld(number, of: instance)
        return outcome
    }

    mutating func finish(
        _ finish: Finish, _ work: Work, _ interpreter: Interpreter, _ instance: Instance
    ) -> WorkOutcome {
        guard let memory = instance.jobs[finish.job] else { return .unknownJob(Standing(instance)) }
        if let delivery = finish.delivery, memory.phase == .done, memory.deliveryID == delivery.id {
            return memory.deliveryHash == delivery.bodyHash
                ? .duplicate(Standing(instance)) : .conflict(Standing(instance))
        }
        let isWaitedFor =
            if let attempt = finish.attempt {
                memory.phase == .assigned && memory.attempt == attempt
            } else {
                memory.phase == .waiting && !instance.isHeld
            }
        guard isWaitedFor, instance.isLive(finish.job), let invocation = instance.invocation(of: finish.job) else {
            return .stale(Standing(instance))
        }
        var ended = instance
        end(finish.job, delivery: finish.delivery, in: &ended)
        record(finish, in: &ended)
        let event = finish.event(invocation: invocation, memory: memory)
        let clock = ContinuousClock.now
        do {
            let step = try interpreter.step(ended.snapshot, event, surroundings: surroundings)
            return adopt(step, on: ended, event: event, origin: event.originText, work: work, since: clock)
        } catch {
            ended.snapshot.settle(event.origin)
            return park(ended, event, error.description, work)
        }
    }

    private mutating func record(_ finish: Finish, in instance: inout Instance) {
        switch finish.result {
        case .success(let completion):
            parts.add(completion.extras)
            instance.state.metadata["error"] = nil
        case .failure(let failure):
            parts.add(failure.extras)
            instance.state.metadata["error"] = ["code": .string(failure.code), "message": .string(failure.message)]
        }
        if let expired = finish.expired {
            parts.expired.append(ExpiredJob(number: expired.key.number, wakeAt: expired.wakeAt))
            parts.add(policy.extras(for: .expired(expired)))
        }
        if let delivery = finish.delivery {
            parts.deliveries.append(
                DeliveryRow(
                    job: JobKey(post: post, number: finish.job), attempt: finish.attempt ?? 0, deliveryID: delivery.id,
                    bodyHash: delivery.bodyHash, body: delivery.body, verdict: .counted))
        }
    }

    /// A bookkeeping event of a live job: recorded even where the chart has no transition for it.
    private mutating func step(
        _ event: Event, _ number: Int, _ memory: JobMemory, _ work: Work, _ interpreter: Interpreter,
        _ instance: Instance, change: (inout Instance) -> Void
    ) -> WorkOutcome {
        var changed = instance
        changed.jobs[number] = memory
        change(&changed)
        let clock = ContinuousClock.now
        do {
            let step = try interpreter.step(instance.snapshot, event, surroundings: surroundings)
            guard step.outcome != .stale else { return .stale(Standing(instance)) }
            return adopt(step, on: changed, event: event, origin: event.originText, work: work, since: clock)
        } catch {
            var parked = instance
            parked.snapshot.settle(.job(number: number, isTerminal: true))
            end(number, delivery: nil, in: &parked)
            return park(parked, event, error.description, work)
        }
    }
}

extension Finish {
    /// What the chart hears: facts or a failure, with the attempt that they come from.
    func event(invocation: String, memory: JobMemory) -> Event {
        var data: JSONObject = ["attempt": .int(Int64(memory.attempt))]
        data["endpoint"] = memory.endpoint.map(JSON.string)
        switch result {
        case .success(let completion):
            data["facts"] = .object(completion.facts)
            return .done(invocation: invocation, job: job, data: data)
        case .failure(let failure):
            data["code"] = .string(failure.code)
            data["message"] = .string(failure.message)
            data["retryable"] = .bool(failure.isRetryable)
            data["retry_after_s"] = failure.retryAfter.map { .double($0 / .seconds(1)) }
            return .error(invocation: invocation, job: job, data: data)
        }
    }
}

extension JobRow {
    /// The row that a macrostep makes wait.
    init(_ wait: JobWrite.Wait, post: PostID, memory: JobMemory, now: Timestamp) {
        self.init(
            key: JobKey(post: post, number: wait.number), invocation: wait.invocation, source: wait.source,
            stage: wait.stage, input: wait.input, phase: .waiting, attempt: memory.attempt, priority: wait.priority,
            community: wait.community, queuedAt: now, readyAt: now,
            wakeAt: now + .microseconds(wait.queueMicroseconds), timeoutMicroseconds: wait.timeoutMicroseconds)
    }

    /// The row as the assignment makes it, for those who add to the write.
    func assigned(_ memory: JobMemory) -> JobRow {
        var row = self
        row.phase = .starting
        row.attempt = memory.attempt
        row.endpoint = memory.endpoint
        row.epoch = memory.epoch
        return row
    }
}
