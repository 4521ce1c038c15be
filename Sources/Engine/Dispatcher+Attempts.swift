import JSONValue
import Logging
import Store
import Threads

extension Dispatcher {
    /// Runs one attempt; its outcome goes back through the lanes. A draining node begins none: what it was about to begin
    /// is left to the next owner.
    func start(_ assigned: JobRow, at endpoint: Assignee, isResend: Bool) {
        guard let performer = performers.first(where: { $0.canPerform(endpoint.row.wireProtocol) }) else {
            logger.error("no performer for a protocol", metadata: ["protocol": "\(endpoint.row.wireProtocol)"])
            return
        }
        var job = assigned
        job.assignedAt = job.assignedAt ?? clock.now
        job.deadline = clock.now + .microseconds(job.timeoutMicroseconds)
        let assignment = Assignment(
            job: job, endpoint: endpoint.row, lease: endpoint.lease, isResend: isResend,
            isLeaseYoung: { [weak self, lease = endpoint.lease] in self?.isYoung(lease) ?? false })
        let isBegun = attempts.withLock { attempts in
            // Under this lock: the drain takes all that is in here after it was announced.
            if isDraining.withLock({ $0 }) { return false }
            attempts[job.key] = Attempt(job: job, lease: endpoint.lease)
            return true
        }
        guard isBegun else { return }
        let task = Task { [weak self] in
            guard await self?.pace(assignment) == true else { return }
            let outcome = await performer.perform(assignment)
            guard !Task.isCancelled else { return }
            await self?.conclude(outcome, assignment)
        }
        let isPresent = attempts.withLock { attempts in
            guard attempts[job.key]?.job.attempt == job.attempt else { return false }
            attempts[job.key]?.task = task
            return true
        }
        // It ended while it was being started: by itself, or because its job did.
        if !isPresent { task.cancel() }
    }

    private func conclude(_ outcome: PerformOutcome, _ assignment: Assignment) async {
        let job = assignment.job
        note(outcome, endpoint: assignment.endpoint.name)
        switch outcome {
        case .accepted(let remoteID): await accept(assignment, remoteID)
        case .completed(let completion): await finish(job, .success(completion))
        case .failed(let failure): await finish(job, .failure(failure))
        case .endpointFault(let code, let message, let retryAfter):
            let pause = max(retryAfter ?? .zero, Self.faultPause(attempt: job.attempt))
            await submit(
                job,
                .putBack(
                    job: job.key.number, attempt: job.attempt, code: code, message: message, after: pause,
                    under: assignment.lease))
        }
        attempts.withLock { attempts in
            if attempts[job.key]?.job.attempt == job.attempt { attempts[job.key] = nil }
        }
    }

    /// A short wait before a job that an endpoint failed is offered again: half a second, doubling up to ten.
    static func faultPause(attempt: Int) -> Duration {
        min(.milliseconds(500) * (1 << min(max(0, attempt - 1), 5)), .seconds(10))
    }

    private func note(_ outcome: PerformOutcome, endpoint: String) {
        owned.withLock { owned in
            if case .endpointFault(_, _, let retryAfter) = outcome {
                owned[endpoint]?.breaker.fault(at: options.time.now, retryAfter: retryAfter)
            } else {
                owned[endpoint]?.breaker.succeed()
            }
        }
    }

    /// Bookkeeping only: when it is lost, the job stays `starting` and its clocks or its next owner see to it.
    private func accept(_ assignment: Assignment, _ remoteID: String?) async {
        let job = assignment.job
        for _ in 0..<3 {
            do {
                _ = try await acceptances.value(
                    Acceptance(
                        key: job.key, attempt: job.attempt, epoch: assignment.lease.epoch, remoteID: remoteID))
                return
            } catch {
                logger.warning("an acceptance was not recorded", metadata: ["job": "\(job.key)", "error": "\(error)"])
                try? await options.time.sleep(for: .milliseconds(200))
            }
        }
    }

    private func finish(_ job: JobRow, _ result: Result<Completion, JobFailure>) async {
        await submit(job, .finish(Finish(job: job.key.number, attempt: job.attempt, result: result)))
    }

    /// A result that was answered on the connection exists only here: it is offered until the database takes it, or
    /// until the job's own clock has run out.
    private func submit(_ job: JobRow, _ kind: Work.Kind) async {
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled {
            do {
                _ = try await gate.take(
                    Work(post: job.key.post, kind: kind, actor: "endpoint:\(job.endpoint ?? "none")"))
                return
            } catch let error as EngineError where error.code == .stopping || error.code == .staleLease {
                return
            } catch {
                logger.warning("a result waits for the database", metadata: ["job": "\(job.key)", "error": "\(error)"])
                guard clock.now < (job.deadline ?? clock.now) else { return }
                // A cancelled attempt ends at the loop's own check.
                try? await options.time.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    /// Stops assigning, gives running attempts a grace, then cuts them off: what can be repeated is put back, what cannot
    /// stays `starting` for the next owner.
    func drain(grace: Duration) async {
        isDraining.withLock { $0 = true }
        wake()
        leaseSignal.raise()
        renewSignal.raise()
        let end = options.time.now + grace
        while options.time.now < end, !attempts.withLock({ $0.isEmpty }) {
            // Bounded by the grace; attempts end by themselves and tell nobody but the table.
            try? await options.time.sleep(for: .milliseconds(20))
        }
        let left = attempts.withLock { attempts in
            defer { attempts = [:] }
            return attempts.values.sorted { $0.job.key < $1.job.key }
        }
        for attempt in left { attempt.task?.cancel() }
        let works = left.filter { isRepeatable($0.job) }.map { attempt in
            Work(
                post: attempt.job.key.post,
                kind: .putBack(
                    job: attempt.job.key.number, attempt: attempt.job.attempt, code: "drained",
                    message: "the service stopped while the endpoint was answering", after: .zero, under: attempt.lease),
                actor: "service")
        }
        _ = await gate.take(works)
        // A request that cannot be repeated may be on its way still: its next owner looks for it when the lease has run
        // out, and not before it can be there.
        if left.allSatisfy({ isRepeatable($0.job) }) { try? await store.releaseLeases(node: node) }
    }

    private func isRepeatable(_ job: JobRow) -> Bool {
        performers.contains { $0.isRepeatable(job.source) }
    }
}
