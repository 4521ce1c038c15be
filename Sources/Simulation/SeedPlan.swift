import Engine
import JSONValue
import Pipeline
import Store

/// What a seed stands for before anything happens: how many of what, how large, how often each fault.
struct SeedPlan: Sendable {
    /// Chances in ten thousand, for each call of the store.
    struct Rates: Sendable {
        var failure = 0
        var lostReply = 0
        var lostRequest = 0
        var contention = 0
        var slow = 0
        var crash = 0
    }

    let seed: UInt64
    private(set) var chart: Int
    private(set) var nodes: Int
    private(set) var posts: Int
    private(set) var lanes: Int
    private(set) var laneLimit: Int
    private(set) var batchLimit: Int
    private(set) var attemptLimit: Int
    let pollSeconds: Int
    /// Law 7: nobody ever hears a notification.
    private(set) var isDeaf: Bool
    /// The database's clock is set forwards and back.
    private(set) var clockJumps: Bool
    /// So many seconds after the beginning a day ends by the database's clock.
    let midnightSeconds: Int
    /// Some nodes lack the chart of half of the posts.
    private(set) var hasForeignCharts: Bool
    private(set) var rates: Rates
    /// Virtual seconds until all faults end; from then on everything has to come to its end.
    private(set) var troubleSeconds: Int

    /// So many seconds after the trouble everything must have ended.
    private(set) var patienceSeconds = 180
    private(set) var settings = SimulationPolicy.hurried
    private(set) var policy = Self.hurriedPolicy
    /// All endpoints but the account's are down as long as there is trouble, and nothing else goes wrong.
    private(set) var isOutage = false

    init(seed: Int) {
        var dice = Dice(seed: UInt64(bitPattern: Int64(seed)))
        self.seed = dice.next()
        chart = dice.chance(30) ? 0 : 1 + dice.below(ChartShelf.randomCharts)
        nodes = 1 + dice.weighted([15, 50, 28, 7])
        posts = dice.within(3...6)
        lanes = dice.within(1...2)
        laneLimit = dice.chance(25) ? dice.within(2...4) : 1000
        batchLimit = dice.chance(50) ? dice.within(2...4) : 500
        attemptLimit = dice.chance(20) ? dice.within(1...2) : 100
        pollSeconds = dice.within(2...4)
        isDeaf = dice.chance(25)
        clockJumps = dice.chance(15)
        midnightSeconds = dice.within(3...30)
        hasForeignCharts = dice.chance(20)
        let isCalm = dice.chance(10)
        rates = isCalm ? Rates() : Self.rates(&dice)
        troubleSeconds = dice.within(8...20)
    }

    /// So many minutes without any endpoint, with the settings that operators have; then as long again for what waited.
    static func outage(seed: Int, minutes: Int, posts: Int) -> SeedPlan {
        var plan = SeedPlan(seed: seed)
        plan.chart = 0
        (plan.nodes, plan.posts, plan.lanes) = (2, posts, 2)
        (plan.laneLimit, plan.batchLimit, plan.attemptLimit) = (1000, 500, 100)
        (plan.isDeaf, plan.clockJumps, plan.hasForeignCharts) = (false, false, false)
        plan.rates = Rates()
        (plan.troubleSeconds, plan.patienceSeconds) = (minutes * 60, minutes * 60)
        plan.settings = SimulationPolicy.usual
        plan.policy = PipelinePolicy(charts: ChartRegistry(), settings: SimulationPolicy.usual)
        plan.isOutage = true
        return plan
    }

    /// Made once: it is the same for all seeds.
    private static let hurriedPolicy = PipelinePolicy(charts: ChartRegistry(), settings: SimulationPolicy.hurried)

    private static func rates(_ dice: inout Dice) -> Rates {
        Rates(
            failure: dice.below(150), lostReply: dice.below(300), lostRequest: dice.below(200),
            contention: dice.below(150), slow: dice.below(200), crash: dice.below(12))
    }

    static let leaseSeconds = 4

    var options: EngineOptions {
        var options = EngineOptions()
        options.lanes = lanes
        options.laneLimit = laneLimit
        options.batchLimit = batchLimit
        options.attemptLimit = attemptLimit
        options.pollInterval = .seconds(pollSeconds)
        options.leaseTime = .seconds(Self.leaseSeconds)
        return options
    }
}
