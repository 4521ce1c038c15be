import Engine
import JSONValue
import Store
import Threads

/// Jobs at the endpoints: the start's way there, what the endpoint makes of it, and the callbacks' way back.
extension World {
    typealias Answer = (PerformOutcome) -> Void

    /// A performer was asked to run an attempt.
    func begins(_ assignment: Assignment, _ node: SimulatedNode) {
        let key = AttemptKey(job: assignment.job.key, attempt: assignment.job.attempt)
        let before = agents.starts[key] ?? 0
        agents.starts[key] = before + 1
        tally[.law9] += 1
        note("\(node.name) starts \(key)\(assignment.isResend ? " again" : "")", Int64(node.place), Int64(before))
        if assignment.isResend {
            tally[.resends] += 1
        } else if before > 0 {
            fail("law 9", "attempt \(key) was begun twice, and the second time not as one sent again")
        }
        judgeRate(assignment.endpoint)
    }

    func start(_ assignment: Assignment, from node: SimulatedNode, _ reply: Reply<PerformOutcome>) {
        begins(assignment, node)
        let answer: Answer = { [self] outcome in
            after(Int64(dice.below(30_000))) { [self] in
                guard node.isAlive else { return }
                scheduler.within(node.place) { reply.resolve(.success(outcome)) }
            }
        }
        after(latency) { [self] in arrive(assignment, answer) }
    }

    private var latency: Int64 { isHealed ? 20_000 : 2_000 + dice.span(upTo: 700_000) }

    /// Law 3: by now the attempt is in the database, whoever sent it.
    func sees(_ assignment: Assignment) {
        tally[.law3] += 1
        let job = assignment.job
        // The job may have ended meanwhile: its post remembers.
        let jobs = database.posts[job.key.post]?.row.state.memory["jobs"]
        guard (jobs?[String(job.key.number)]?["a"]?.int ?? 0) < Int64(job.attempt) else { return }
        fail("law 3", "\(job.key)/\(job.attempt) reached its endpoint before its assignment was committed")
    }

    private func arrive(_ assignment: Assignment, _ answer: @escaping Answer) {
        let key = AttemptKey(job: assignment.job.key, attempt: assignment.job.attempt)
        if let known = agents.answers[key] {
            sees(assignment)
            return answer(known)
        }
        let behaviour = plan.isOutage ? outage : Agents.behaviour(&dice, isHealed: isHealed)
        note("  \(key) meets \(behaviour)", Int64(behaviour.rawValue))
        if behaviour == .unreachable {
            tally[.endpointFaults] += 1
            return answer(.endpointFault(code: "unreachable", message: "no connection", retryAfter: nil))
        }
        sees(assignment)
        behave(behaviour, assignment, key, answer)
    }

    private func behave(
        _ behaviour: Agents.Behaviour, _ assignment: Assignment, _ key: AttemptKey, _ answer: @escaping Answer
    ) {
        let outcome = behaviour == .fails ? .failure(dice.pick(Agents.failures)) : result(of: assignment.job)
        let working = 50_000 + dice.span(upTo: isHealed ? 1_500_000 : 5_000_000)
        let accepted = PerformOutcome.accepted(remoteID: "r-\(key)")
        switch behaviour {
        case .answers, .fails:
            let answered = outcome.performed
            agents.answers[key] = answered
            after(working) { answer(answered) }
        case .callsBack, .losesCallback, .callsBackLate:
            agents.answers[key] = accepted
            answer(accepted)
            guard behaviour != .losesCallback else { return tally[.lostCallbacks] += 1 }
            if behaviour == .callsBackLate { tally[.lateCallbacks] += 1 }
            callBack(key, outcome, after: behaviour == .callsBackLate ? 9_000_000 + working : working)
        case .callsBackEarly:
            agents.answers[key] = accepted
            tally[.earlyCallbacks] += 1
            callBack(key, outcome, after: 1_000)
            after(400_000) { answer(accepted) }
        case .takesAndFaults:
            agents.answers[key] = accepted
            tally[.endpointFaults] += 1
            answer(.endpointFault(code: "503", message: "the answer was lost", retryAfter: nil))
            callBack(key, outcome, after: working)
        case .faults, .unreachable:
            tally[.endpointFaults] += 1
            answer(.endpointFault(code: "429", message: "too much", retryAfter: dice.chance(50) ? .seconds(1) : nil))
        case .staysSilent: tally[.silentAttempts] += 1
        }
    }

    private func result(of job: JobRow) -> Result<Completion, JobFailure> {
        let facts: JSONObject =
            job.source == "reconcile"
            ? ["found": .bool(thread.has(job.key.post)), "comment_id": ""]
            : plan.isOutage ? Agents.goodFacts(of: job.source) : Agents.facts(of: job.source, &dice)
        let cost = Int64(dice.below(Int(Agents.highestCost) + 1))
        return .success(Agents.completion(of: job, facts: facts, microdollars: cost))
    }

    /// The webhook, with everything that can happen to one.
    private func callBack(_ key: AttemptKey, _ outcome: Result<Completion, JobFailure>, after delay: Int64) {
        let delivery = Delivery(id: "d-\(key)", bodyHash: "h", body: [])
        if dice.chance(35) { progress(key, after: delay / 2) }
        after(delay) { [self] in deliver(outcome, key, delivery, tries: 0) }
        if dice.chance(30) {
            tally[.duplicates] += 1
            let again = delay + (dice.chance(40) ? 0 : dice.span(upTo: 4_000_000))
            after(again) { [self] in deliver(outcome, key, delivery, tries: 0) }
        }
        if dice.chance(8) {
            tally[.conflicts] += 1
            let other = Delivery(id: delivery.id, bodyHash: "other", body: [1])
            after(delay + dice.span(upTo: 3_000_000)) { [self] in deliver(outcome, key, other, tries: 0) }
        }
    }

    private func progress(_ key: AttemptKey, after delay: Int64) {
        after(delay) { [self] in
            guard let node = someNode() else { return }
            tally[.progress] += 1
            spawn(node) { [self] in
                guard let store = node.engine?.store else { return }
                let silence = plan.settings[.triage].silence.microseconds
                _ = try? await store.recordProgress(
                    key.job, attempt: key.attempt, silenceMicroseconds: silence, progress: ["fraction": 0.5])
            }
        }
    }

    /// The sender keeps the delivery until a node has acknowledged it.
    private func deliver(
        _ outcome: Result<Completion, JobFailure>, _ key: AttemptKey, _ delivery: Delivery, tries: Int
    ) {
        let again: @Sendable () -> Void = { [self] in
            guard tries < 20 else { return }
            after(300_000 + dice.span(upTo: 2_000_000)) { [self] in
                deliver(outcome, key, delivery, tries: tries + 1)
            }
        }
        guard let node = someNode(), let engine = node.engine else { return again() }
        tally[.callbacks] += 1
        spawn(node) { [self] in
            do {
                let answer = try await engine.deliver(
                    outcome, job: key.job, attempt: key.attempt, delivery: delivery, actor: "endpoint:agent")
                acknowledged(key, delivery, answer, again)
            } catch {
                note("  the delivery of \(key) is refused: \(error)")
                again()
            }
        }
    }

    /// A node that can be reached; a frozen one answers when it goes on.
    func someNode() -> SimulatedNode? {
        let alive = aliveNodes
        return alive.isEmpty ? nil : dice.pick(alive)
    }
}

extension Result where Success == Completion, Failure == JobFailure {
    var performed: PerformOutcome {
        switch self {
        case .success(let completion): .completed(completion)
        case .failure(let failure): .failed(failure)
        }
    }
}
