import ChartFormat
import Engine
import JSONSchema
import JSONValue
import Pipeline
import Service
import Statechart
import Store
import Testing

/// What a finished run left in its database, judged post by post.
struct Aftermath {
    var posts = 0
    var published = 0
    var ends: [String: Int] = [:]
    /// What must not be, at most a few lines.
    var faults: [String] = []
    /// How often the outcome of a comment was unknown.
    var unknownOutcomes = 0

    /// Reads everything.
    static func read(_ store: any Store, settings: ServiceSettings) async throws -> Aftermath {
        var aftermath = Aftermath()
        let charts = try await interpreters(store)
        var cursor: PostID?
        while true {
            let page = try await store.listPosts(PostFilter(), after: cursor, limit: 200)
            for post in page {
                let history = try await wholeHistory(post.row.id, store)
                let results = try await store.results(post.row.id)
                let interpreter = charts[post.row.state.chart]
                aftermath.add(post.row, history, results, interpreter, settings.pipeline.forCharts)
            }
            guard let last = page.last else { break }
            cursor = last.row.id
        }
        for stuck in try await store.stuckPosts(limit: 20) {
            aftermath.note("post \(stuck.post) is stuck: \(stuck.reason)")
        }
        return aftermath
    }

    private static func interpreters(_ store: any Store) async throws -> [String: Interpreter] {
        var interpreters: [String: Interpreter] = [:]
        for digest in try await store.chartDigests() {
            guard let source = try await store.chartSource(digest: digest) else { continue }
            interpreters[digest] = Interpreter(chart: try ChartLoader.read(source, "chart \(digest.prefix(12))"))
        }
        return interpreters
    }

    private static func wholeHistory(_ post: PostID, _ store: any Store) async throws -> [TransitionRow] {
        var rows: [TransitionRow] = []
        while true {
            let page = try await store.history(post, after: rows.last?.revision ?? 0, limit: 500)
            rows += page
            if page.count < 500 { return rows }
        }
    }

    private mutating func add(
        _ row: PostRow, _ history: [TransitionRow], _ results: [ResultRow], _ interpreter: Interpreter?,
        _ settings: JSON
    ) {
        posts += 1
        ends["\(row.state.stage)/\(row.state.status)", default: 0] += 1
        if history.contains(where: { $0.to.contains { $0.hasPrefix("published") } }) { published += 1 }
        unknownOutcomes += history.count { $0.to.contains("post_queue.unknown") && $0.from != $0.to }
        if history.map(\.revision) != (1...max(1, row.revision)).map({ $0 }) {
            note("post \(row.id): revisions \(history.map(\.revision)) do not lead to \(row.revision)")
        }
        for transition in history { if let problem = transition.problem { note("post \(row.id): \(problem)") } }
        if let interpreter {
            if let difference = HistoryReplay.check(
                row: row, history: history, interpreter: interpreter, settings: settings)
            {
                note("post \(row.id): the replay differs: \(difference)")
            }
        } else {
            note("post \(row.id): its chart \(row.state.chart) is not kept")
        }
        checkEnds(row, history, results)
        checkForms(row, results)
    }

    /// Each attempt ended once at most, and each that succeeded has one result; a search that found nothing has none.
    private mutating func checkEnds(_ row: PostRow, _ history: [TransitionRow], _ results: [ResultRow]) {
        var ended: Set<String> = []
        var completed: Set<String> = []
        for transition in history where transition.origin.hasSuffix("!") {
            let number = transition.origin.dropFirst("job:".count).dropLast()
            let attempt = "\(row.id)-\(number)/\(transition.data["attempt"]?.int ?? 0)"
            if !ended.insert(attempt).inserted { note("attempt \(attempt) has ended twice") }
            let isVain = transition.data["facts"]?["found"] == false
            if transition.event.hasPrefix("done."), !isVain { completed.insert(attempt) }
        }
        let made = results.map { "\($0.stage) \($0.attempt)" }
        if Set(made).count != made.count { note("post \(row.id): a result came twice: \(made)") }
        let attempts = Set(results.map(\.attempt))
        for missing in completed.subtracting(attempts) { note("attempt \(missing) completed without a result") }
        for extra in attempts.subtracting(completed) { note("the result of \(extra) was not counted") }
    }

    private mutating func checkForms(_ row: PostRow, _ results: [ResultRow]) {
        for result in results {
            let source = JobSource.allCases.first { $0.stage.rawValue == result.stage }
            guard let source else {
                note("post \(row.id): a result of the stage '\(result.stage)'")
                continue
            }
            let violations = StageSchemas.result(of: source).validate(result.result)
            if let first = violations.first { note("post \(row.id): \(result.stage) result: \(first)") }
        }
    }

    private mutating func note(_ fault: String) {
        if faults.count < 20 { faults.append(fault) }
    }
}
