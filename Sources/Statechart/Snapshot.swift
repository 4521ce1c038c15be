import JSONValue

/// Where an instance of a chart stands between two macrosteps. A value: all that must be stored, and nothing more.
package struct Snapshot: Sendable, Hashable {
    /// Paths of the active atomic and final states in document order, such as `triage.working.pending`.
    package var configuration: [String]
    /// The chart's context: an object that fits the chart's schema.
    package var context: JSONObject
    /// Last active states below each history state's parent, by the history state's path.
    package var history: NameMap<[String]>
    /// Live timers by name, each with the occurrence that is running.
    package var timers: NameMap<Int>
    /// Jobs by the id of their invocation. An entry stays when its job has ended, so that numbers never come twice.
    package var jobs: NameMap<Job>
    /// The number that the next new job gets, from 1. Counts for the instance with all its children.
    package var nextJob: Int
    /// How many timers this instance and its children have ever set.
    package var timerCount: Int
    /// Events that are sent after a delay, by the name of their timer.
    package var sends: NameMap<PendingSend> = NameMap()
    /// How many ids of sent events were made up.
    package var sendCount = 0
    /// Instances of other charts that live within this one, by the id of their invocation.
    package var children: NameMap<Child> = NameMap()
    /// Imported SCXML's session id; empty in our own format.
    package var session = ""
    /// States whose late-bound data have their values.
    package var bound: [String] = []

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

    /// An event on its way, with the target that it was sent to.
    package struct PendingSend: Sendable, Hashable {
        package var id: String
        /// False when the id was made up: the event does not show it then.
        package var isNamed: Bool
        package var event: String
        package var target: String
        package var data: JSON
        package var occurrence: Int
    }

    /// An invoked chart's instance.
    package struct Child: Sendable, Hashable {
        /// How the chart was named: a name among the parent's children, or what was computed.
        package var chart: JSON
        package var snapshot: Snapshot
    }

    package init(
        configuration: [String] = [], context: JSONObject = JSONObject(), history: NameMap<[String]> = NameMap(),
        timers: NameMap<Int> = NameMap(), jobs: NameMap<Job> = NameMap(), nextJob: Int = 1, timerCount: Int = 0
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
