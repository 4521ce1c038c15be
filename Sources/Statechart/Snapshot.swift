import JSONValue

/// Where an instance of a chart stands between two macrosteps. A value: all that must be stored, and nothing more.
package struct Snapshot: Sendable, Hashable {
    /// Paths of the active atomic and final states in document order, such as `triage.working.pending`.
    package var configuration: [String]
    /// The chart's context: an object that fits the chart's schema.
    package var context: JSONObject
    /// Last active states below each history state's parent, by the history state's path.
    package var history: [String: [String]]
    /// Live timers by name, each with the occurrence that is running.
    package var timers: [String: Int]
    /// Jobs by the id of their invocation. An entry stays when its job has ended, so that numbers never come twice.
    package var jobs: [String: Job]
    /// The number that the next new job gets, from 1.
    package var nextJob: Int
    /// How many timers this instance has ever set.
    package var timerCount: Int

    /// A job as the chart sees it.
    package struct Job: Sendable, Hashable {
        package var number: Int
        /// True from the start effect until the job completes, fails or its state is left.
        package var isLive: Bool

        package init(number: Int, isLive: Bool) {
            self.number = number
            self.isLive = isLive
        }
    }

    package init(
        configuration: [String] = [], context: JSONObject = [:], history: [String: [String]] = [:],
        timers: [String: Int] = [:], jobs: [String: Job] = [:], nextJob: Int = 1, timerCount: Int = 0
    ) {
        self.configuration = configuration
        self.context = context
        self.history = history
        self.timers = timers
        self.jobs = jobs
        self.nextJob = nextJob
        self.timerCount = timerCount
    }
}

extension Snapshot {
    /// What is stored beside configuration and context: history, timers, jobs and counters as one JSON object.
    package var memory: JSON {
        .object([
            "history": .object(JSONObject(history.map { ($0, .array($1.map(JSON.string))) })),
            "timers": .object(JSONObject(timers.map { ($0, .int(Int64($1))) })),
            "jobs": .object(JSONObject(jobs.map { ($0, ["n": .int(Int64($1.number)), "live": .bool($1.isLive)]) })),
            "next_job": .int(Int64(nextJob)),
            "timer_count": .int(Int64(timerCount)),
        ])
    }

    /// Restores what ``memory`` wrote. Nil when the value has another shape.
    package init?(configuration: [String], context: JSONObject, memory: JSON) {
        guard let history = memory["history"]?.object, let timers = memory["timers"]?.object,
            let jobs = memory["jobs"]?.object, let nextJob = memory["next_job"]?.int,
            let timerCount = memory["timer_count"]?.int
        else { return nil }
        self.init(configuration: configuration, context: context, nextJob: Int(nextJob), timerCount: Int(timerCount))
        for (key, value) in history { self.history[key] = value.array?.compactMap(\.string) ?? [] }
        for (key, value) in timers { self.timers[key] = Int(value.int ?? 0) }
        for (key, value) in jobs {
            guard let number = value["n"]?.int, let isLive = value["live"]?.bool else { return nil }
            self.jobs[key] = Job(number: Int(number), isLive: isLive)
        }
    }
}
