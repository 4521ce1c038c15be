import ChartFormat
import JSONSchema
import JSONValue
import Statechart

/// An instance of a chart that somebody moves by hand: no database, no endpoints, and time that passes when told to.
package struct ChartSession: Sendable {
    /// Resolves a delay's name, given the context, the event's payload and the moment.
    package typealias NamedDelay = @Sendable (String, JSONObject, JSONObject, Timestamp) -> Duration?

    /// Everything that an event may change.
    struct Moment: Sendable {
        var snapshot: Snapshot
        var now: Timestamp
        var timers: [Timer] = []
        var jobs: [StartJob] = []
        var isFinal = false
        var last: Taken?
    }

    struct Timer: Sendable, Hashable {
        var name: String
        var occurrence: Int
        var due: Timestamp
    }

    /// An event that was handled, for the session's history.
    struct Taken: Sendable {
        var event: String
        var data: JSONObject
        var from: [String]
        var at: Timestamp
    }

    let chart: Chart
    let vocabulary: ChartVocabulary
    private let interpreter: Interpreter
    private let settings: JSON
    private let delay: NamedDelay
    /// One after each macrostep; the first is before the start.
    private(set) var moments: [Moment]
    /// How many moments there were before each line that changed something.
    private var checkpoints: [Int] = []
    /// What happened since somebody asked.
    private var lines: [String] = []

    static let firingLimit = 1000

    /// Starts an instance; throws a `ChartError` when its first macrostep fails.
    package init(
        _ chart: Chart, vocabulary: ChartVocabulary, settings: JSON, context: JSONObject = [:],
        start: Timestamp = Timestamp(microseconds: 1_800_000_000_000_000), delay: @escaping NamedDelay
    ) throws(ChartError) {
        self.chart = chart
        self.vocabulary = vocabulary
        self.settings = settings
        self.delay = delay
        interpreter = Interpreter(chart: chart)
        moments = [Moment(snapshot: Snapshot(), now: start)]
        let surroundings = Surroundings(now: start, settings: settings)
        let first = try interpreter.start(context: context, surroundings: surroundings)
        adopt(first, Event("start", data: context), at: start)
    }

    var moment: Moment { moments[moments.count - 1] }

    package var configuration: [String] { moment.snapshot.configuration }
    package var isFinal: Bool { moment.isFinal }

    /// What the session says first.
    package mutating func greeting() -> String {
        defer { lines = [] }
        return (lines + [place]).map(ChartText.clean).joined(separator: "\n")
    }

    /// Does what a line says; returns what there is to see. Throws when the line cannot be done: nothing has changed.
    package mutating func perform(_ command: SessionCommand) throws(SessionProblem) -> String {
        lines = []
        let before = moments
        do throws(SessionProblem) {
            if let answer = try carryOut(command) { return answer }
        } catch {
            moments = before
            throw error
        }
        if command == .undo {
            checkpoints.removeLast()
        } else if moments.count > before.count {
            checkpoints.append(before.count)
        }
        return (lines + [place]).map(ChartText.clean).joined(separator: "\n")
    }

    /// What a question is answered with; nil for what changes something.
    private mutating func carryOut(_ command: SessionCommand) throws(SessionProblem) -> String? {
        switch command {
        case .send(let event, let data): try send(event, data)
        case .done(let invocation, let facts): try finish(invocation, facts)
        case .fail(let invocation, let code, let isRetryable): try fail(invocation, code, isRetryable)
        case .job(let event, let invocation, let data): try hint(event, invocation, data)
        case .wait(let span): try pass(to: moment.now + span)
        case .next:
            guard let due = moment.timers.map(\.due).min() else { throw SessionProblem("no timer runs") }
            try pass(to: due)
        case .undo:
            guard let count = checkpoints.last else { throw SessionProblem("there is nothing to undo") }
            moments.removeLast(moments.count - count)
        case .show: return status
        case .history: return history
        case .draw:
            return ChartText.draw(chart, highlight: ChartHighlight(active: Set(configuration), visited: visited))
        case .help: return SessionCommand.guide
        case .quit: return ""
        }
        return nil
    }

    private mutating func send(_ name: String, _ data: JSONObject?) throws(SessionProblem) {
        let known = chart.externalEvents
        guard known.isEmpty || known[name] != nil else {
            throw SessionProblem(
                "the chart declares no event '\(name)'; it declares \(known.keys.sorted().joined(separator: ", "))")
        }
        let schema = known[name] ?? [:]
        if let data, let check = try? Schema(schema) {
            let problems = check.validate(.object(data)).map(\.description)
            guard problems.isEmpty else {
                throw SessionProblem("the payload of '\(name)' does not fit: \(problems.joined(separator: "; "))")
            }
        }
        try take(Event(name, data: data ?? SchemaSample.value(of: schema).object ?? [:]))
    }

    private mutating func finish(_ invocation: String, _ facts: JSONObject?) throws(SessionProblem) {
        let job = try self.job(invocation)
        let sample = SchemaSample.value(of: vocabulary.jobs[job.source] ?? [:]).object ?? [:]
        let data: JSONObject = ["attempt": 1, "facts": .object(sample.merging(facts ?? [:]))]
        if let check = try? Schema(vocabulary.completion(of: job.source)) {
            let problems = check.validate(.object(data)).map(\.description)
            guard problems.isEmpty else {
                throw SessionProblem("the facts of '\(job.source)' do not fit: \(problems.joined(separator: "; "))")
            }
        }
        try take(.done(invocation: job.invocation, job: job.number, data: data))
    }

    private mutating func fail(
        _ invocation: String, _ code: String, _ isRetryable: Bool
    ) throws(SessionProblem) {
        let job = try self.job(invocation)
        try take(
            .error(
                invocation: job.invocation, job: job.number,
                data: [
                    "code": .string(code), "message": .string("told so by hand"), "retryable": .bool(isRetryable),
                    "attempt": 1,
                ]))
    }

    private mutating func hint(
        _ name: String, _ invocation: String?, _ data: JSONObject?
    ) throws(SessionProblem) {
        guard let schema = vocabulary.events[name] else {
            throw SessionProblem(
                "the service says no '\(name)'; it says \(vocabulary.events.keys.sorted().joined(separator: ", "))")
        }
        let job = try self.job(invocation)
        let sample = SchemaSample.value(of: schema).object ?? [:]
        let own = sample.merging(["job": .int(Int64(job.number))])
        try take(
            Event(name, data: own.merging(data ?? [:]), origin: .job(number: job.number, isTerminal: false)))
    }

    private func job(_ invocation: String?) throws(SessionProblem) -> StartJob {
        let jobs = moment.jobs
        if invocation == nil, jobs.count == 1 { return jobs[0] }
        if let found = jobs.first(where: { $0.invocation == invocation || String($0.number) == invocation }) {
            return found
        }
        let names = jobs.map(\.invocation).joined(separator: ", ")
        throw SessionProblem(jobs.isEmpty ? "no job runs" : "no such job runs; there is \(names)")
    }
}

/// Macrosteps and time.
extension ChartSession {
    private mutating func take(_ event: Event, at now: Timestamp? = nil) throws(SessionProblem) {
        let now = now ?? moment.now
        do throws(ChartError) {
            let step = try interpreter.step(
                moment.snapshot, event, surroundings: Surroundings(now: now, settings: settings))
            guard step.outcome == .taken else {
                let reason = step.outcome == .stale ? ": it comes too late" : ""
                lines.append("\(event.name) changes nothing here\(reason)")
                lines += Self.words(step.guards)
                return
            }
            adopt(step, event, at: now)
        } catch {
            throw SessionProblem("the macrostep failed and nothing changed: \(error)")
        }
    }

    private mutating func adopt(_ step: Macrostep, _ event: Event, at now: Timestamp) {
        var next = moment
        next.now = now
        if case .job(let number, true) = event.origin { next.jobs.removeAll { $0.number == number } }
        if case .timer(let name, _) = event.origin { next.timers.removeAll { $0.name == name } }
        next.last = Taken(event: event.name, data: event.data, from: next.snapshot.configuration, at: next.now)
        next.snapshot = step.snapshot
        next.isFinal = step.isFinal
        lines.append("\(event.name)\(event.data.isEmpty ? "" : " " + JSON.object(event.data).text)")
        lines += Self.words(step.guards)
        for effect in step.effects { apply(effect, event, to: &next) }
        moments.append(next)
    }

    private mutating func apply(_ effect: Effect, _ event: Event, to next: inout Moment) {
        switch effect {
        case .startJob(let job):
            next.jobs.removeAll { $0.number == job.number }
            next.jobs.append(job)
            let input = job.input.isEmpty ? "" : " with \(JSON.object(job.input).text)"
            lines.append("  starts job \(job.number), \(job.invocation)\(input)")
        case .cancelJob(let number, let invocation):
            next.jobs.removeAll { $0.number == number }
            lines.append("  cancels job \(number), \(invocation)")
        case .setTimer(let name, let occurrence, let delay):
            let span = self.span(delay, event, next)
            next.timers.append(Timer(name: name, occurrence: occurrence, due: next.now + span))
            lines.append("  sets the timer \(name), due in \(ChartDelayText.text(span))")
        case .clearTimer(let name, _):
            if next.timers.contains(where: { $0.name == name }) { lines.append("  clears the timer \(name)") }
            next.timers.removeAll { $0.name == name }
        case .action(let name, let parameters):
            lines.append("  does \(name) \(JSON.object(parameters).text)")
        case .log(let text): lines.append("  log: \(text)")
        }
    }

    private func span(_ delay: Delay, _ event: Event, _ next: Moment) -> Duration {
        switch delay {
        case .fixed(let span): span
        case .named(let name): self.delay(name, next.snapshot.context, event.data, next.now) ?? .seconds(60)
        }
    }

    /// Fires what falls due, in order of time.
    private mutating func pass(to goal: Timestamp) throws(SessionProblem) {
        var fired = 0
        while let timer = moment.timers.min(by: { ($0.due, $0.occurrence) < ($1.due, $1.occurrence) }),
            timer.due <= goal
        {
            guard fired < Self.firingLimit else {
                throw SessionProblem("more than \(fired) timers fire within that time")
            }
            fired += 1
            let count = moments.count
            try take(.timer(timer.name, occurrence: timer.occurrence), at: max(moment.now, timer.due))
            if moments.count == count { moments[count - 1].timers.removeAll { $0 == timer } }
        }
        if moment.now < goal {
            moments.append(moment)
            moments[moments.count - 1].now = goal
            moments[moments.count - 1].last = nil
        }
    }
}
