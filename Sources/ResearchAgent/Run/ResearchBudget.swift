import JSONValue

/// What is left of a research's limits. Looking for pages may take a part of the time and the tokens, so that judging
/// them always has its own.
struct ResearchBudget: Sendable {
    let limits: ResearchLimits
    let begin: ContinuousClock.Instant
    let end: ContinuousClock.Instant
    private(set) var queries = 0
    private(set) var pages = 0
    private(set) var steps = 0
    var usage = ModelUsage()

    /// Left over for sending the result before the job's deadline.
    static let margin = Duration.seconds(20)
    /// The least that is worth asking for evidence with.
    private static let leastTokens = 4000

    init(_ limits: ResearchLimits, deadline: Timestamp?, now: Timestamp, clock: ContinuousClock.Instant) {
        self.limits = limits
        begin = clock
        let given = deadline.map { max(.zero, ($0 - now) - min(Self.margin, ($0 - now) / 10)) }
        end = clock.advanced(by: min(limits.time, given ?? limits.time))
    }

    var queriesLeft: Int { max(0, limits.queries - queries) }
    var pagesLeft: Int { max(0, limits.pages - pages) }
    var tokensLeft: Int { max(0, limits.tokens - usage.tokens) }

    mutating func countQuery() { queries += 1 }
    mutating func countPage() { pages += 1 }
    mutating func countStep() { steps += 1 }

    /// Whether the model may be asked for another step of the search.
    func canPlan(at now: ContinuousClock.Instant) -> Bool {
        now < lookingEnd && steps < limits.queries + limits.pages + 6 && usage.tokens < limits.tokens / 2
            && (queriesLeft > 0 || pagesLeft > 0)
    }

    func canRead(at now: ContinuousClock.Instant) -> Bool { pagesLeft > 0 && now < lookingEnd }

    /// Whether another round has a chance to bring more.
    func canGoOn(at now: ContinuousClock.Instant) -> Bool {
        canPlan(at: now) && tokensLeft >= 4 * Self.leastTokens && pagesLeft > 0
    }

    /// Looking ends when six tenths of the time are over.
    private var lookingEnd: ContinuousClock.Instant { begin.advanced(by: begin.duration(to: end) * 6 / 10) }

    /// How much text of documents an evidence prompt may hold: three characters for a token, with room for the answer.
    var evidenceCharacters: Int {
        min(limits.promptCharacters, max(Self.leastTokens, tokensLeft - Self.leastTokens) * 3)
    }

    /// How far the work is, as far as one can say.
    func fraction(isJudging: Bool) -> Double {
        if isJudging { return 0.85 }
        let share = Double(queries + 2 * pages) / Double(max(1, limits.queries + 2 * limits.pages))
        return ((0.05 + 0.75 * min(1, share)) * 100).rounded() / 100
    }
}
