import JSONValue
import Statechart
import Store

/// Applies the inputs of one post in order, without any I/O, and collects what one write must hold.
struct PostFold: Sendable {
    let post: PostID
    let policy: any EnginePolicy
    let now: Timestamp
    private let expectedRevision: Int64
    private(set) var instance: Instance?
    /// Whether there is anything to write.
    private(set) var isChanged = false
    private(set) var outcomes: [(work: Work, outcome: WorkOutcome)] = []
    /// Places found for jobs that these macrosteps began, each with the job as its assignment leaves it.
    private(set) var placed: [(match: Match, memory: JobMemory)] = []
    private let placement: (any Placement)?
    var random: any RandomNumberGenerator & Sendable
    var parts = WriteParts()

    init(
        post: PostID, instance: Instance?, policy: any EnginePolicy, now: Timestamp,
        random: any RandomNumberGenerator & Sendable, placement: (any Placement)? = nil
    ) {
        self.post = post
        self.placement = placement
        self.instance = instance
        self.policy = policy
        self.now = now
        self.random = random
        expectedRevision = instance?.revision ?? 0
    }

    /// The write for all inputs that were taken; nil when nothing changes.
    var write: PostWrite? {
        guard isChanged, let instance else { return nil }
        return parts.write(post: post, expectedRevision: expectedRevision, state: instance.packed)
    }

    /// Whether every outcome is decided by the commit. One that is answered without a write must have been judged by
    /// what the database holds, not by what a lane remembers.
    var isDecidedByCommit: Bool {
        outcomes.allSatisfy { if case .taken = $0.outcome { true } else { false } }
    }

    /// Takes one input. Its outcome holds only once ``write`` is committed (or when there is none).
    mutating func apply(_ work: Work) {
        let known = parts.jobs.count
        let outcome = outcome(of: work)
        outcomes.append((work, outcome))
        if let placement, case .taken = outcome { place(parts.jobs[known...], placement) }
    }

    /// Assigns jobs that have just begun to wait where a place is free for them: one commit less for each.
    private mutating func place(_ begun: ArraySlice<JobWrite>, _ placement: any Placement) {
        for write in begun {
            guard case .wait(let wait) = write, let instance, !instance.isHeld, let memory = instance.jobs[wait.number],
                memory.phase == .waiting, instance.isLive(wait.number),
                let interpreter = policy.interpreter(for: instance.state.chart)
            else { continue }
            let job = JobRow(wait, post: post, memory: memory, now: now)
            guard let match = placement.place(for: job) else { continue }
            let work = Work(
                post: post, kind: .assign(job, match.endpoint.row, match.endpoint.lease, []), actor: "dispatcher")
            let outcome = assign(job, match.endpoint.row, match.endpoint.lease, [], work, interpreter, instance)
            if case .taken = outcome, let assigned = self.instance?.jobs[wait.number], assigned.phase == .assigned {
                placed.append((match, assigned))
            } else {
                placement.giveUp(match)
            }
        }
    }

    private mutating func outcome(of work: Work) -> WorkOutcome {
        if case .create(let new) = work.kind { return create(new, work) }
        guard var instance else { return .unknownPost }
        if let expected = work.expectedRevision, expected != instance.revision {
            return .otherRevision(Standing(instance))
        }
        guard let interpreter = policy.interpreter(for: instance.state.chart) else {
            return .foreignChart(instance.state.chart)
        }
        if let operation = work.operation, !instance.begin(operation) { return .taken(Standing(instance)) }
        switch work.kind {
        case .create: return .exists
        case .event(let event, let inbox): return take(event, inbox: inbox, work, interpreter, instance)
        case .assign(let job, let endpoint, let lease, let limits):
            return assign(job, endpoint, lease, limits, work, interpreter, instance)
        case .limit(let job, let until, let limits, let reason, let lease):
            return limit(job, until, limits, reason, lease, work, interpreter, instance)
        case .putBack(let job, let attempt, let code, let message, let after, let lease):
            return putBack(job, attempt, (code, message), after, lease, work, interpreter, instance)
        case .finish(let finish): return self.finish(finish, work, interpreter, instance)
        case .operate(let operation): return operate(operation, work, instance)
        }
    }

    private mutating func create(_ new: NewPost, _ work: Work) -> WorkOutcome {
        guard instance == nil else { return .exists }
        guard let interpreter = policy.interpreter(for: policy.currentChart) else {
            return .foreignChart(policy.currentChart)
        }
        let clock = ContinuousClock.now
        do {
            let step = try interpreter.start(context: new.context, surroundings: surroundings)
            let state = PostState(
                chart: policy.currentChart, configuration: [], context: [:], memory: .null, priority: new.priority,
                stage: "", status: "", waitsFor: .work,
                metadata: ["community": .string(new.submission.community)])
            parts.submission = new.submission
            let blank = Instance(id: post, revision: 0, state: state, snapshot: Snapshot(), jobs: [:])
            let event = Event("start", data: ["context": .object(new.context)])
            return adopt(step, on: blank, event: event, origin: "start", work: work, since: clock)
        } catch {
            return .broken(error)
        }
    }

    private mutating func take(
        _ event: Event, inbox: Int64?, _ work: Work, _ interpreter: Interpreter, _ instance: Instance
    ) -> WorkOutcome {
        let clock = ContinuousClock.now
        do {
            let step = try interpreter.step(instance.snapshot, event, surroundings: surroundings)
            if let inbox { parts.consumedInbox.append(inbox) }
            switch step.outcome {
            case .stale: return .stale(Standing(instance))
            case .ignored where inbox == nil: return .ignored(Standing(instance))
            case .ignored, .taken:
                if let refusal = work.refusal { return park(refusal, event, work, instance) }
                return adopt(step, on: instance, event: event, origin: event.originText, work: work, since: clock)
            }
        } catch {
            guard work.isInternal else { return .broken(error) }
            if let inbox { parts.consumedInbox.append(inbox) }
            return park(error.description, event, work, instance)
        }
    }

    /// Parks a post with an event of the service's own, which counts as consumed.
    private mutating func park(_ problem: String, _ event: Event, _ work: Work, _ instance: Instance) -> WorkOutcome {
        var parked = instance
        parked.snapshot.settle(event.origin)
        if case .timer(let name, _) = event.origin { parts.timers.append(.clear(name: name)) }
        return park(parked, event, problem, work)
    }

    var surroundings: Surroundings { Surroundings(now: now, settings: policy.chartSettings) }

    /// Makes a macrostep part of the write.
    mutating func adopt(
        _ step: Macrostep, on before: Instance, event: Event, origin: String, work: Work,
        since clock: ContinuousClock.Instant
    ) -> WorkOutcome {
        var after = before
        after.snapshot = step.snapshot
        after.state.context = step.snapshot.context
        after.updateColumns(step, now: now)
        var effects: [JSON] = []
        for effect in step.effects { effects.append(translate(effect, event: event, into: &after)) }
        effects += work.operationEffect
        after.revision += 1
        parts.transitions.append(
            TransitionRow(
                post: post, revision: after.revision, event: event.name, data: event.data, origin: origin,
                actor: work.actor, from: before.snapshot.configuration, to: step.snapshot.configuration,
                guards: .array(step.guards.map(\.json)), effects: .array(effects), now: now, chart: after.state.chart,
                settingsDigest: policy.settingsDigest,
                durationMicroseconds: (ContinuousClock.now - clock).microseconds))
        return replace(with: after)
    }

    mutating func replace(with after: Instance) -> WorkOutcome {
        instance = after
        isChanged = true
        return .taken(Standing(after))
    }

    /// Consumes an event that cannot be applied: the post keeps its state and waits for a person, with the reason.
    mutating func park(_ before: Instance, _ event: Event, _ problem: String, _ work: Work) -> WorkOutcome {
        var after = before
        after.state.waitsFor = .person
        after.state.metadata["parked"] = ["event": .string(event.name), "problem": .string(problem)]
        after.revision += 1
        parts.transitions.append(
            TransitionRow(
                post: post, revision: after.revision, event: event.name, data: event.data, origin: event.originText,
                actor: work.actor, from: before.snapshot.configuration, to: before.snapshot.configuration, guards: [],
                effects: [], now: now, chart: after.state.chart, settingsDigest: policy.settingsDigest,
                durationMicroseconds: 0, problem: problem))
        return replace(with: after)
    }
}

extension Macrostep.GuardResult {
    var json: JSON { ["state": .string(state), "guard": .string(guardText), "result": .bool(isTrue)] }
}

extension Event {
    /// The origin as history rows write it.
    var originText: String { origin.text }
}
