import JSONValue
import Pipeline
import Statechart
import Store

/// What the laws remember of a run.
struct Laws {
    struct TimerKey: Hashable {
        let post: PostID
        let name: String
        let occurrence: Int
    }

    struct Expiry: Hashable {
        let job: JobKey
        let wakeAt: Timestamp
    }

    /// A macrostep that somebody was told of: it must be in the history for ever.
    struct Receipt {
        let post: PostID
        let revision: Int64
        let event: String
        let marker: Int64?
    }

    var books: [PostID: Bookkeeping] = [:]
    /// What the database's clock has made due: nothing else may fire.
    private(set) var dueTimers: Set<TimerKey> = []
    private(set) var dueJobs: Set<Expiry> = []
    /// Marks of inputs in the history: each input counts once.
    var markers: Set<Int64> = []
    var countedDeliveries: Set<AttemptKey> = []
    var receipts: [Receipt] = []
    /// Marks of inbox events whose storing was acknowledged, and that must be consumed.
    var emitted: [Int64] = []
    var created: Set<PostID> = []
    /// When attempts began at endpoints with a rate, by virtual time.
    var starts: [String: [Int64]] = [:]
    private var lastMarker: Int64 = 0

    mutating func newMarker() -> Int64 {
        lastMarker += 1
        return lastMarker
    }

    mutating func noteDue(_ database: MemoryDatabase, at now: Timestamp) {
        for post in database.posts.values {
            for timer in post.timers where timer.due <= now {
                dueTimers.insert(TimerKey(post: timer.post, name: timer.name, occurrence: timer.occurrence))
            }
            for job in post.jobs.values where job.wakeAt <= now {
                dueJobs.insert(Expiry(job: job.key, wakeAt: job.wakeAt))
            }
        }
    }

    /// Law 1: where the tables part from the snapshot that was committed with them.
    static func difference(_ post: MemoryDatabase.Post) -> String? {
        let state = post.row.state
        guard let machine = state.memory["machine"], let jobs = state.memory["jobs"]?.object,
            let snapshot = Snapshot(configuration: state.configuration, context: state.context, memory: machine)
        else { return "the memory cannot be read" }
        let timers = snapshot.allTimers
        let rows = Dictionary(uniqueKeysWithValues: post.timers.map { ($0.name, $0.occurrence) })
        guard timers == rows else { return "the snapshot has the timers \(timers), the table \(rows)" }
        let live = jobs.filter { $0.value["p"] != nil }
        guard live.count == post.jobs.count else {
            return "the memory has \(live.count) live jobs, the table \(post.jobs.count)"
        }
        for (key, job) in live {
            guard let row = Int(key).flatMap({ post.jobs[$0] }) else { return "job \(key) has no row" }
            let isSame = job["p"] == (row.phase == .waiting ? "w" : "x")
            guard isSame, job["a"]?.int == Int64(row.attempt) else {
                return "job \(key) is \(job.text) in the memory, \(row.phase)/\(row.attempt) in the table"
            }
        }
        return nil
    }

    /// Law 6: a waiting attempt has both clocks.
    static func clockProblem(_ job: JobRow, _ settings: PipelineSettings) -> String? {
        guard job.phase == .starting || job.phase == .accepted else { return nil }
        guard let assignedAt = job.assignedAt, let deadline = job.deadline else {
            return "job \(job.key) has no deadline"
        }
        guard deadline == assignedAt + .microseconds(job.timeoutMicroseconds) else {
            return "the deadline of \(job.key) is not its timeout after its assignment"
        }
        let silence = settings.silence(of: job.source)
        let limit = min(deadline, (job.lastHeardAt ?? assignedAt) + silence)
        return job.wakeAt <= limit ? nil : "job \(job.key) may be silent until \(job.wakeAt), not \(limit)"
    }
}

extension Snapshot {
    /// Timers and delayed events of the instance and of those within it, with their occurrences.
    fileprivate var allTimers: [String: Int] {
        var all: [String: Int] = [:]
        for (name, occurrence) in timers { all[name] = occurrence }
        for (name, send) in sends { all[name] = send.occurrence }
        return all
    }
}
