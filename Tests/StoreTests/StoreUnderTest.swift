import JSONValue
import Store
import Testing

/// One implementation of the seam that the suite runs on, and how to make an empty one.
struct StoreKind: Sendable, CustomTestStringConvertible {
    let name: String
    /// A store on a new, migrated, private database.
    let open: @Sendable () async throws -> StoreUnderTest

    var testDescription: String { name }

    /// All implementations: each test of the suite runs once for each.
    static let all: [StoreKind] = databases + [.memory]
    /// Those that keep what they are given: a store in memory has no upkeep.
    static let databases: [StoreKind] = [.sqlite, .postgres]

    func withStore(_ body: (StoreUnderTest) async throws -> Void) async throws {
        let subject = try await open()
        do {
            try await body(subject)
        } catch {
            await subject.remove()
            throw error
        }
        await subject.remove()
    }
}

/// A store and what a test may do behind its back.
struct StoreUnderTest: Sendable {
    let store: any Store
    /// Lets time pass: moves the clock on, or all stored times back. Times read before are not comparable afterwards.
    let advance: @Sendable (Duration) async throws -> Void
    /// The single integer that a query returns, read on a connection of its own.
    let scalar: @Sendable (String) async throws -> Int64
    /// Closes the store and deletes its database.
    let remove: @Sendable () async -> Void
}

extension StoreUnderTest {
    static let tables = [
        "posts", "submissions", "transitions", "jobs", "timers", "inbox", "deliveries", "receipts", "comments",
        "queue_results", "costs", "audit", "endpoints", "limits", "nodes", "charts", "settings", "keys",
        "subscriptions",
        "opt_outs", "holds", "operations", "purged_posts", "webhook_deliveries",
    ]

    func count(_ table: String) async throws -> Int64 { try await scalar("SELECT count(*) FROM \(table)") }

    /// How many rows each table has, and what cannot be counted: revisions, attempts, epochs, limits' moments.
    func fingerprint() async throws -> [String: Int64] {
        var print: [String: Int64] = [:]
        for table in Self.tables { print[table] = try await count(table) }
        for (table, column) in [("posts", "revision"), ("jobs", "attempt"), ("timers", "occurrence"), ("inbox", "id")] {
            print["\(table).\(column)"] = try await scalar("SELECT coalesce(sum(\(column)), 0) FROM \(table)")
        }
        return print
    }

    func commit(_ writes: PostWrite..., batch: String = "batch") async throws -> CommitResult {
        try await store.commit(Batch(id: batch, writes: writes))
    }

    /// Creates a post; the write may be completed first.
    @discardableResult
    func create(
        _ id: Int64, community: String = "science", title: String = "A title", state: PostState = .sample(),
        _ complete: (inout PostWrite) -> Void = { _ in }
    ) async throws -> PostID {
        var write = PostWrite.creation(id, community: community, title: title, state: state)
        complete(&write)
        let result = try await commit(write)
        try #require(result.winners == [PostID(id)])
        return PostID(id)
    }

    /// Takes a post a macrostep further.
    @discardableResult
    func step(_ post: PostID, state: PostState = .sample(), _ complete: (inout PostWrite) -> Void) async throws
        -> CommitResult
    {
        let revision = try #require(try await store.posts([post]).first?.revision)
        var write = PostWrite(post: post, expectedRevision: revision, state: state, transitions: [.sample(post)])
        complete(&write)
        let result = try await commit(write)
        try #require(result.winners == [post])
        return result
    }

    func stepJobs(_ post: PostID, _ jobs: JobWrite...) async throws {
        try await step(post) { $0.jobs = jobs }
    }

    func job(_ post: PostID, _ number: Int = 1) async throws -> JobRow {
        try #require(try await store.job(JobKey(post: post, number: number)))
    }

    /// An endpoint that a node holds for a minute.
    func endpoint(_ name: String = "one", node: String = "node") async throws -> Lease {
        try await store.reconcileEndpoints([.sample(name)])
        return try #require(try await store.acquireLeases(node: node, microseconds: 60_000_000).first)
    }
}

/// The error of a call that must fail.
func failure<Value>(_ body: () async throws -> Value) async -> StoreError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown")
        return nil
    } catch {
        return error as? StoreError
    }
}
