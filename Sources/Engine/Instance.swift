import JSONValue
import Statechart
import Store

/// A post in the engine's hands: its row, with the interpreter's snapshot and the engine's memory of its jobs unpacked.
struct Instance: Sendable {
    let id: PostID
    var revision: Int64
    var state: PostState
    var snapshot: Snapshot
    var jobs: [Int: JobMemory]

    init(id: PostID, revision: Int64, state: PostState, snapshot: Snapshot, jobs: [Int: JobMemory]) {
        self.id = id
        self.revision = revision
        self.state = state
        self.snapshot = snapshot
        self.jobs = jobs
    }

    /// Unpacks a stored row; nil when its memory has another shape.
    init?(_ row: PostRow) {
        guard let machine = row.state.memory["machine"], let jobs = row.state.memory["jobs"]?.object,
            let snapshot = Snapshot(
                configuration: row.state.configuration, context: row.state.context, memory: machine)
        else { return nil }
        self.init(id: row.id, revision: row.revision, state: row.state, snapshot: snapshot, jobs: [:])
        for (key, value) in jobs {
            guard let number = Int(key), let memory = JobMemory(value) else { return nil }
            self.jobs[number] = memory
        }
    }

    /// The state with snapshot and memory packed for the store.
    var packed: PostState {
        var packed = state
        packed.configuration = snapshot.configuration
        packed.context = snapshot.context
        let jobs = jobs.sorted { $0.key < $1.key }.map { (String($0.key), $0.value.json) }
        packed.memory = ["machine": snapshot.memory, "jobs": .object(JSONObject(jobs))]
        return packed
    }

    var row: PostRow { PostRow(id: id, revision: revision, state: packed) }

    /// The invocation that a job number belongs to.
    func invocation(of job: Int) -> String? { snapshot.invocation(of: job) }

    /// A job that the chart still waits for.
    func isLive(_ job: Int) -> Bool { snapshot.isLive(job) }
}

/// What the hot row itself remembers of a job, so that a callback is judged from one row under one revision.
struct JobMemory: Sendable, Hashable {
    enum Phase: Sendable { case waiting, assigned, done }

    var phase: Phase
    var source: String
    var attempt: Int
    var endpoint: String?
    var epoch: Int64?
    /// When the wait for an assignment ends, by the database's clock.
    var queueDeadline: Timestamp
    var timeoutMicroseconds: Int64
    /// The delivery that ended the latest attempt.
    var deliveryID: String?
    var deliveryHash: String?

    init(source: String, queueDeadline: Timestamp, timeoutMicroseconds: Int64) {
        phase = .waiting
        self.source = source
        attempt = 0
        self.queueDeadline = queueDeadline
        self.timeoutMicroseconds = timeoutMicroseconds
    }

    /// What is kept of a job that has ended.
    init(ended job: JobMemory) {
        self.init(source: "", queueDeadline: Timestamp(microseconds: 0), timeoutMicroseconds: 0)
        phase = .done
        attempt = job.attempt
    }

    /// Restores what ``json`` wrote, or the form before it (every member of every job, whole words as phases).
    init?(_ json: JSON) {
        guard let attempt = json["a"]?.int else { return nil }
        let phase: Phase? =
            switch json["p"]?.string {
            case nil, "done": .done
            case "w", "waiting": .waiting
            case "x", "assigned": .assigned
            default: nil
            }
        guard let phase else { return nil }
        self.init(
            source: json["s"]?.string ?? "", queueDeadline: Timestamp(microseconds: json["q"]?.int ?? 0),
            timeoutMicroseconds: json["t"]?.int ?? 0)
        self.phase = phase
        self.attempt = Int(attempt)
        endpoint = json["e"]?.string
        epoch = json["k"]?.int
        deliveryID = json["d"]?.string
        deliveryHash = json["h"]?.string
    }

    /// One-letter members: this is part of each post's hot row. Of an ended job only what judges late deliveries is kept.
    var json: JSON {
        var object: JSONObject = ["a": .int(Int64(attempt))]
        if phase != .done {
            object["p"] = phase == .waiting ? "w" : "x"
            object["s"] = .string(source)
            object["q"] = .int(queueDeadline.microseconds)
            object["t"] = .int(timeoutMicroseconds)
            object["e"] = endpoint.map(JSON.string)
            object["k"] = epoch.map(JSON.int)
        }
        object["d"] = deliveryID.map(JSON.string)
        object["h"] = deliveryHash.map(JSON.string)
        return .object(object)
    }
}
