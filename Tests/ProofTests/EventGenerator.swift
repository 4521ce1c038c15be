import JSONValue
import Statechart

/// Makes random events that an instance may meet: from outside, from its timers and jobs, and from those it gave up.
struct EventGenerator {
    var random: RandomSource
    let chart: Chart

    init(seed: UInt64, chart: Chart) {
        random = RandomSource(seed: seed ^ 0x00AA_BBCC_DDEE_FF00)
        self.chart = chart
    }

    mutating func event(for oracle: Oracle) -> Event {
        let jobs = oracle.liveJobs
        let timers = oracle.liveTimers
        switch random.weighted([60, timers.isEmpty ? 0 : 20, jobs.isEmpty ? 0 : 15, 3, 4, 3]) {
        case 1:
            let timer = random.pick(timers)
            return .timer(timer.name, occurrence: timer.occurrence)
        case 2: return jobEvent(random.pick(jobs).invocation, random.pick(jobs).number)
        case 3: return Event("unknown.event", data: payload())
        case 4: return staleTimer(oracle)
        case 5: return jobEvent("i1_0", random.below(oracle.world.nextJob + 2))
        default: return Event(random.pick(ChartGenerator.externalNames), data: payload())
        }
    }

    private mutating func payload() -> JSONObject {
        random.chance(70) ? ["n": .int(Int64(random.below(4)))] : [:]
    }

    /// The invocation's name and the job's number need not belong together: the number decides.
    private mutating func jobEvent(_ invocation: String, _ number: Int) -> Event {
        switch random.below(4) {
        case 0: .error(invocation: invocation, job: number, data: payload())
        case 1: Event("a.x", data: payload(), origin: .job(number: number, isTerminal: false))
        default: .done(invocation: invocation, job: number, data: payload())
        }
    }

    private mutating func staleTimer(_ oracle: Oracle) -> Event {
        let names = chart.states.flatMap(\.timers).map(\.name) + ["send/x", "i1_0!s1/0"]
        return .timer(random.pick(names), occurrence: random.below(oracle.world.timerCount + 2))
    }
}
