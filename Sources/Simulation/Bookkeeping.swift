import JSONValue
import Statechart
import Store

/// What a post's jobs and timers are, by its history alone: an obvious second account, kept without the engine, with
/// which the tables must agree.
struct Bookkeeping {
    enum Phase: String { case waiting, assigned, done }

    struct Job {
        var phase: Phase
        var attempt: Int
    }

    struct Timer: Equatable {
        var occurrence: Int
        var due: Timestamp
    }

    private(set) var revision: Int64 = 0
    private(set) var jobs: [Int: Job] = [:]
    private(set) var timers: [String: Timer] = [:]
    private(set) var results = 0
    /// Attempts that an event of their own has ended.
    private var ended: Set<[Int]> = []

    /// Takes the next row; returns what is wrong with it.
    mutating func apply(_ row: TransitionRow) -> String? {
        guard row.revision == revision + 1 else { return "revision \(row.revision) follows \(revision)" }
        revision = row.revision
        // What operators do moves no job and no timer from one phase to another.
        if row.origin != "start", row.origin != "operator" {
            guard let origin = Event.Origin(text: row.origin) else { return "the origin '\(row.origin)' is unknown" }
            if let problem = take(origin, row) { return problem }
        }
        if row.problem != nil { return nil }
        for effect in row.effects.array ?? [] { take(effect, at: row.at) }
        return nil
    }

    private mutating func take(_ origin: Event.Origin, _ row: TransitionRow) -> String? {
        switch origin {
        case .external: return nil
        case .timer(let name, let occurrence):
            guard timers[name]?.occurrence == occurrence else {
                return "the timer \(name)#\(occurrence) fired, and \(String(describing: timers[name])) is set"
            }
            timers[name] = nil
            return nil
        case .job(let number, true): return end(number, row)
        case .job(let number, false): return move(number, row)
        }
    }

    private mutating func end(_ number: Int, _ row: TransitionRow) -> String? {
        guard let job = jobs[number], job.phase != .done else { return "job \(number) ended, and is not live" }
        let isQueueing = row.data["code"]?.string == "queue_timeout"
        guard (job.phase == .waiting) == isQueueing else { return "job \(number) ended while \(job.phase)" }
        guard row.data["attempt"]?.int == Int64(job.attempt) else {
            return "attempt \(row.data["attempt"]?.text ?? "none") of job \(number) ended, not \(job.attempt)"
        }
        jobs[number]?.phase = .done
        if row.event.hasPrefix("done.") { results += 1 }
        guard !isQueueing else { return nil }
        return ended.insert([number, job.attempt]).inserted
            ? nil : "attempt \(job.attempt) of job \(number) counted twice"
    }

    private mutating func move(_ number: Int, _ row: TransitionRow) -> String? {
        guard let job = jobs[number] else { return "\(row.event) of job \(number), which nobody asked for" }
        let attempt = Int(row.data["attempt"]?.int ?? 0)
        let expected: Phase = row.event == "job.returned" ? .assigned : .waiting
        guard job.phase == expected else { return "\(row.event) of job \(number) while \(job.phase)" }
        switch row.event {
        case "job.assigned":
            guard attempt == job.attempt + 1 else { return "attempt \(attempt) follows \(job.attempt)" }
            jobs[number] = Job(phase: row.problem == nil ? .assigned : .done, attempt: attempt)
        case "job.returned":
            guard attempt == job.attempt else { return "attempt \(attempt) came back, not \(job.attempt)" }
            jobs[number]?.phase = row.problem == nil ? .waiting : .done
        default: if row.problem != nil { jobs[number]?.phase = .done }
        }
        return nil
    }

    private mutating func take(_ effect: JSON, at: Timestamp) {
        if let number = effect["job"]?.int {
            jobs[Int(number)] = Job(phase: .waiting, attempt: jobs[Int(number)]?.attempt ?? 0)
        } else if let number = effect["cancel"]?.int {
            jobs[Int(number)]?.phase = .done
        } else if let name = effect["timer"]?.string, let delay = effect["delay_us"]?.int {
            timers[name] = Timer(occurrence: Int(effect["occurrence"]?.int ?? 0), due: at + .microseconds(delay))
        } else if let name = effect["clear"]?.string {
            timers[name] = nil
        }
    }

    /// Where the tables part from this account.
    func difference(_ post: MemoryDatabase.Post) -> String? {
        guard post.row.revision == revision, post.history.count == Int(revision) else {
            return "revision \(post.row.revision) has \(post.history.count) history rows"
        }
        guard post.results.count == results else {
            return "\(post.results.count) results are stored for \(results) completions"
        }
        let live = jobs.filter { $0.value.phase != .done }
        guard post.jobs.count == live.count else {
            return "\(post.jobs.count) jobs stand in the table, not \(live.count)"
        }
        for (number, job) in live {
            guard let row = post.jobs[number] else { return "job \(number) has no row" }
            let isSame = row.phase.word == job.phase && row.attempt == job.attempt
            guard isSame else { return "job \(number) is \(row.phase)/\(row.attempt), not \(job.phase)/\(job.attempt)" }
        }
        let rows = Dictionary(uniqueKeysWithValues: post.timers.map { ($0.name, Timer($0)) })
        guard rows == timers else { return "the timers are \(rows), not \(timers)" }
        return nil
    }
}

extension Bookkeeping.Timer {
    init(_ row: TimerRow) { self.init(occurrence: row.occurrence, due: row.due) }
}

extension JobRow.Phase {
    var word: Bookkeeping.Phase {
        switch self {
        case .waiting: .waiting
        case .starting, .accepted: .assigned
        }
    }
}
