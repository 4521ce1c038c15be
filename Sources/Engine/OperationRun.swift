import JSONValue
import Statechart
import Store

/// An operation in the hands of its owner: the row, and what it does to a post.
struct OperationRun: Sendable {
    var row: OperationRow
    private let kind: Work.Kind

    /// Throws ``MigrationProblem`` when the parameters do not say what to do.
    init(_ row: OperationRow, _ migrations: any MigrationSource) async throws {
        self.row = row
        kind = try await Self.kind(of: row, migrations)
    }

    private static func kind(of row: OperationRow, _ migrations: any MigrationSource) async throws -> Work.Kind {
        let parameters = row.parameters
        switch row.kind {
        case .retry, .cancel:
            return .event(Event(row.kind.rawValue, data: parameters["data"]?.object ?? [:]), inbox: nil)
        case .event:
            guard let name = parameters["event"]?.string else { throw MigrationProblem("it names no event") }
            return .event(Event(name, data: parameters["data"]?.object ?? [:]), inbox: nil)
        case .pause: return .operate(.hold(reason: row.reason))
        case .resume: return .operate(.release(reason: row.reason))
        case .reprioritise:
            if let value = parameters["set"]?.int { return .operate(.prioritise(.set(Int(value)))) }
            if let value = parameters["add"]?.int { return .operate(.prioritise(.add(Int(value)))) }
            throw MigrationProblem("it names no priority")
        case .migrate: return .operate(.migrate(try await migrations.migration(parameters)))
        }
    }

    func work(on post: PostID) -> Work { Work(post: post, kind: kind, actor: row.actor, operation: row.id) }
}

/// What became of a slice's posts.
struct SliceTally: Sendable {
    private(set) var progress = OperationRow.Progress()
    private(set) var problems: [JSON] = []

    mutating func count(_ outcome: WorkOutcome, of post: PostID) {
        switch outcome {
        case .taken: progress.done += 1
        case .ignored, .stale, .duplicate, .conflict, .otherRevision, .unknownJob, .unknownPost, .exists:
            progress.skipped += 1
        case .broken(let error): fail(post, error.description)
        case .foreignChart(let digest): fail(post, "this node does not have the chart \(digest)")
        }
    }

    mutating func fail(_ post: PostID, _ problem: String) {
        progress.failed += 1
        guard problems.count < OperationRow.problemLimit else { return }
        problems.append(["post": .string(post.description), "problem": .string(String(problem.prefix(300)))])
    }
}
