import Assets
import JSONSchema
import JSONValue
import Logging
import Threads

/// What does the work of jobs: a model that plans and judges, a search, a fetcher.
package struct Researcher: Sendable {
    /// Told how far the work is; false when nobody wants the result any more.
    package typealias Report = @Sendable (_ fraction: Double, _ message: String) async -> Bool

    let model: ModelClient
    let search: SearchClient
    let fetcher: PageFetcher
    let limits: ResearchLimits
    let time: TimeSource
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// The result, or nil when nobody wants it. Throws ``ResearchFailure`` and nothing else, also when cancelled.
    package func research(_ task: ResearchTask, report: @escaping Report) async throws -> ResearchResult? {
        var run = ResearchRun(task, researcher: self, report: report)
        do {
            return try await run.run()
        } catch {
            var failure = error as? ResearchFailure ?? .stopping
            failure.usage = run.usage
            throw failure
        }
    }

    /// Most searches that code makes when the model plans none.
    static let ownQueries = 3
    static let ownPages = 4

    static let outputSchema: Schema = {
        guard let asset = Asset.at("schemas/research.agent.output.schema.json"),
            let json = try? JSON.parse(asset.bytes), let schema = try? Schema(json)
        else { preconditionFailure("the binary carries schemas/research.agent.output.schema.json; a test reads it") }
        return schema
    }()
}

/// One research under way. Lives in the task of its job.
struct ResearchRun {
    private let task: ResearchTask
    private let tools: Researcher
    private let report: Researcher.Report
    private var notes: ResearchNotes
    private var budget: ResearchBudget
    private var isWanted = true

    init(_ task: ResearchTask, researcher: Researcher, report: @escaping Researcher.Report) {
        self.task = task
        tools = researcher
        self.report = report
        notes = ResearchNotes(task)
        budget = ResearchBudget(
            researcher.limits, deadline: task.deadline, now: researcher.now(), clock: researcher.time.now)
    }

    mutating func run() async throws -> ResearchResult? {
        guard budget.begin < budget.end else { throw ResearchFailure.late }
        await tell("begun", isJudging: false)
        var findings: Findings?
        for round in 1...max(1, budget.limits.rounds) where isWanted {
            try await look(isFirst: round == 1)
            guard isWanted else { break }
            if notes.readSources.isEmpty { break }
            if round > 1, notes.readSources.count == judged { break }
            let found = try await judge()
            let merged = findings.map { found.merging(earlier: $0) } ?? found
            findings = merged
            guard merged.isOpen, budget.canGoOn(at: tools.time.now) else { break }
            notes.openQuestions = merged.openQuestions
        }
        guard isWanted else { return nil }
        return try result(findings)
    }

    private var judged = 0

    var usage: ModelUsage { budget.usage }

    private func result(_ findings: Findings?) throws -> ResearchResult {
        if findings == nil, notes.isUnanswered {
            throw ResearchFailure(
                code: "search_failed", message: notes.queries.last?.error ?? "no search answered", isRetryable: true)
        }
        let findings = findings ?? Findings(nothingReadFor: notes)
        let output = ResearchOutput.json(notes, findings, provider: tools.search.provider.kind.rawValue)
        if let violation = Researcher.outputSchema.validate(output).first {
            throw ResearchFailure(
                code: "output_unfit", message: "the result does not fit its schema: \(violation)", isRetryable: true)
        }
        let quotes = findings.all.reduce(0) { $0 + $1.evidence.count }
        return ResearchResult(
            output: output, usage: budget.usage,
            summary: "\(budget.queries) searches, \(notes.readSources.count) of \(budget.pages) pages read, \(quotes) "
                + "quotes verified, \(findings.droppedQuotes) dropped, \(budget.usage.tokens) tokens")
    }
}

// MARK: Looking

extension ResearchRun {
    /// Searches and reads as the model plans; by the claims' own words where it plans nothing.
    private mutating func look(isFirst: Bool) async throws {
        let pagesBefore = budget.pages
        try await followPlan()
        if isFirst, budget.queries == 0 {
            for claim in task.claims.prefix(Researcher.ownQueries) where budget.queriesLeft > 0 && isWanted {
                try await search(claim: claim.id, query: claim.text.capped(200))
            }
        }
        guard budget.pages == pagesBefore, isWanted, budget.canRead(at: tools.time.now) else { return }
        try await readAtOnce(notes.unreadHits(min(Researcher.ownPages, budget.pagesLeft)))
    }

    private mutating func followPlan() async throws {
        var mistakes = 0
        while isWanted, mistakes < 3, budget.canPlan(at: tools.time.now) {
            budget.countStep()
            let data = notes.planning(queriesLeft: budget.queriesLeft, pagesLeft: budget.pagesLeft)
            let reply = try await tools.model.ask(
                .query, data, key: "\(task.key)/plan\(budget.steps)", until: budget.end,
                atMost: tools.limits.answerTime)
            budget.usage = budget.usage + reply.usage
            let answer: JSON
            switch reply.result {
            case .success(let object): answer = object
            // A model that cannot plan may still judge.
            case .failure(let failure) where failure.code == .unfit: return
            case .failure(let failure): throw ResearchFailure(failure)
            }
            switch NextStep(answer, notes) {
            case .search(let claim, let query) where budget.queriesLeft > 0:
                try await search(claim: claim, query: query)
            case .read(let id) where budget.canRead(at: tools.time.now): try await read(id)
            case .done: return
            case .search, .read, .nonsense: mistakes += 1
            }
        }
    }

    private mutating func search(claim: String, query: String) async throws {
        budget.countQuery()
        notes.add(try await tools.search.search(query), claim: claim, query: query)
        await tell("\(budget.queries) searches, \(notes.readSources.count) pages read", isJudging: false)
    }

    private mutating func read(_ id: String) async throws {
        guard let hit = notes.hit(id) else { return }
        budget.countPage()
        let page = try await tools.fetcher.read(hit.hit.url)
        note(page, of: hit)
        await tell("\(budget.queries) searches, \(notes.readSources.count) pages read", isJudging: false)
    }

    private mutating func readAtOnce(_ hits: [ResearchNotes.Hit]) async throws {
        let fetcher = tools.fetcher
        let pages = try await withThrowingTaskGroup(of: (String, Page).self) { group in
            for hit in hits { group.addTask { (hit.id, try await fetcher.read(hit.hit.url)) } }
            return try await group.reduce(into: [String: Page]()) { $0[$1.0] = $1.1 }
        }
        for hit in hits {
            budget.countPage()
            if let page = pages[hit.id] { note(page, of: hit) }
        }
        await tell("\(budget.queries) searches, \(notes.readSources.count) pages read", isJudging: false)
    }

    private mutating func note(_ page: Page, of hit: ResearchNotes.Hit) {
        if let reason = page.unread {
            tools.logger.info(
                "a page is not read",
                metadata: ["job": "\(task.key)", "domain": "\(hit.domain)", "reason": "\(reason.rawValue)"])
        }
        notes.add(page, of: hit.id, at: tools.now())
    }
}

// MARK: Judging

extension ResearchRun {
    private mutating func judge() async throws -> Findings {
        judged = notes.readSources.count
        await tell("judging \(judged) pages", isJudging: true)
        guard isWanted else { return Findings(nothingReadFor: notes) }
        let reply = try await tools.model.ask(
            .evidence, notes.evidence(characters: budget.evidenceCharacters), key: "\(task.key)/judge\(judged)",
            until: budget.end, atMost: tools.limits.answerTime)
        budget.usage = budget.usage + reply.usage
        switch reply.result {
        case .success(let answer): return Findings(answer, notes)
        case .failure(let failure): throw ResearchFailure(failure)
        }
    }

    private mutating func tell(_ message: String, isJudging: Bool) async {
        isWanted = await report(budget.fraction(isJudging: isJudging), message)
    }
}
