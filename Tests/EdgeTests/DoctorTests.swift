import ChartFormat
import Engine
import JSONValue
import Logging
import Pipeline
import Postgres
import Service
import Statechart
import Store
import StorePostgres
import StoreSQLite
import TestSupport
import Testing
import Upkeep

/// What is not as it should be is found, explained, and can be mended.
@Suite struct DoctorTests {
    /// A store without a service, and a doctor for it.
    private struct Practice {
        let store: any Store
        let doctor: Doctor
        let chart: String

        func findings(_ code: Complaint.Code) async throws -> [Complaint] {
            try await doctor.examine().findings.filter { $0.code == code }
        }

        /// Creates a post in a state that nothing of the chart led to.
        func create(_ id: Int64, _ change: (inout PostWrite) -> Void) async throws {
            let post = PostID(id)
            let state = PostState(
                chart: chart, configuration: ["triage.working.pending"], context: [:],
                memory: ["machine": Snapshot().memory, "jobs": [:]], priority: 1, stage: "triage", status: "pending",
                waitsFor: .work)
            let start = TransitionRow(
                post: post, revision: 0, event: "start", data: [:], origin: "start", actor: "test", from: [],
                to: state.configuration, guards: [], effects: [], now: Timestamp(microseconds: 1), chart: chart,
                settingsDigest: "", durationMicroseconds: 1)
            let submission = Submission(
                id: post, source: "test", community: "c", author: nil, title: "t", body: "", url: "", permalink: "",
                createdAt: Timestamp(microseconds: 1), score: 0, commentCount: 0)
            var write = PostWrite(
                post: post, expectedRevision: 0, submission: submission, state: state, transitions: [start])
            change(&write)
            #expect(try await store.commit(Batch(id: "b\(id)", writes: [write])).winners.count == 1)
        }
    }

    private func practise(
        _ backend: Backend, endpoints: [EndpointRow] = [], node: String? = "living",
        _ body: (Practice) async throws -> Void
    ) async throws {
        let place = try await Place(backend)
        let store: any Store =
            place.database.isEmpty
            ? try SQLiteStore(path: place.folder.file("rejoinder.sqlite"))
            : PostgresStore(url: place.database, node: "doctor")
        do {
            _ = try await store.migrate()
            let settings = try ServiceSettings.load(config: nil, environment: [:], assignments: [])
            let chart = try ChartLoader.current(settings.values)
            let charts = ChartRegistry()
            try charts.addCurrent(chart)
            try await store.reconcileEndpoints(endpoints)
            if let node {
                _ = try await store.heartbeat(node: node)
                _ = try await store.acquireLeases(node: node, microseconds: 60_000_000)
            }
            let upkeep = UpkeepLoop(
                store: store, limits: UpkeepLimits(), node: "doctor", logger: Logger(label: "doctor"))
            let doctor = Doctor(
                store: store, desk: PostDesk(charts: charts), upkeep: upkeep, idleness: { Self.idleness })
            try await body(Practice(store: store, doctor: doctor, chart: chart.digest))
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private static let idleness: [String: [EndpointReport.Reason]] = [
        "tired": [.openBreaker], "broke": [.overBudget], "fast": [.rate], "held": [.held],
    ]

    private static func endpoint(_ name: String, slots: Int = 1, isDrained: Bool = false) -> EndpointRow {
        EndpointRow(
            name: name, url: "", wireProtocol: "mock", model: "", capabilities: ["triage"], maxConcurrent: slots,
            isDrained: isDrained)
    }

    private static func job(_ source: String = "triage", queue: Int64 = 600_000_000) -> JobWrite {
        .wait(
            JobWrite.Wait(
                number: 1, invocation: source, source: source, stage: source, input: [:], priority: 1, community: "c",
                timeoutMicroseconds: 60_000_000, queueMicroseconds: queue))
    }

    /// What a hot row remembers of a job that waits for its first attempt.
    private static let memory: JSON = ["1": ["p": "waiting", "s": "triage", "a": 0, "q": 0, "t": 60_000_000]]

    @Test(arguments: Backend.allCases) func `a service at work is healthy`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            let answer = try await edge.get("/v1/doctor")
            #expect(answer.status == 200 && answer.json["healthy"] == true, "\(answer.text)")
            #expect(answer.json["numbers"]?["posts_compared"] == 1)
            #expect(answer.json["numbers"]?["nodes"]?.object?.isEmpty == false)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a post that nothing wakes is explained, with the command that mends it`(_ backend: Backend) async throws {
        try await practise(backend) { practice in
            try await practice.create(7) { _ in }
            let found = try #require(try await practice.findings(.stuck).first)
            #expect(found.subject == "7")
            #expect(found.text == "post 7 (triage.working.pending) waits for work, and nothing will wake it")
            #expect(found.cause.contains("jobs and timers were removed"))
            #expect(found.mend.contains("/v1/posts/7/events"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `what should have woken a post is named, and why it did not`(_ backend: Backend) async throws {
        try await practise(backend) { practice in
            try await practice.create(7) { write in
                write.timers = [.set(name: "wake", occurrence: 1, delayMicroseconds: -120_000_000)]
            }
            try await practice.create(8) { write in
                write.state.metadata["parked"] = ["problem": "1 / 0"]
                write.timers = [.set(name: "wake", occurrence: 1, delayMicroseconds: -120_000_000)]
            }
            try await practice.create(9) { write in
                write.state.chart = "another"
                write.timers = [.set(name: "wake", occurrence: 1, delayMicroseconds: -120_000_000)]
            }
            let found = try await practice.findings(.stuck).sorted { $0.subject < $1.subject }
            #expect(found.count == 3)
            #expect(found.allSatisfy { $0.text.contains("the timer 'wake' was due") })
            #expect(found[0].cause.contains("the loop of the living nodes (living)"))
            #expect(found[1].cause.contains("parked") && found[1].cause.contains("1 / 0"))
            #expect(found[2].cause.contains("does not have the post's chart another"))
        }
        try await practise(backend, node: nil) { practice in
            try await practice.create(7) { write in
                write.timers = [.set(name: "wake", occurrence: 1, delayMicroseconds: -120_000_000)]
            }
            #expect(try await practice.findings(.stuck).first?.mend == "start one: rejoinder serve")
            #expect(try await practice.findings(.noNode).count == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `jobs that no endpoint will take are found long before they are overdue`(_ backend: Backend) async throws {
        let drained = Self.endpoint("drained", isDrained: true)
        try await practise(backend, endpoints: [drained]) { practice in
            _ = try await practice.store.setDrained(true, endpoint: "drained")
            try await practice.create(7) { write in
                write.state.memory = ["machine": Snapshot().memory, "jobs": Self.memory]
                write.jobs = [Self.job()]
            }
            let found = try #require(try await practice.findings(.noEndpoint).first)
            #expect(found.cause == "'drained' is drained")
            #expect(found.mend.contains("/v1/endpoints/drained"))
            #expect(try await practice.findings(.stuck).isEmpty)
        }
        try await practise(backend) { practice in
            try await practice.create(7) { $0.jobs = [Self.job("research")] }
            let found = try #require(try await practice.findings(.noEndpoint).first)
            #expect(found.cause == "no endpoint can do 'research'")
        }
    }

    @Test(arguments: Backend.allCases)
    func `a job that waited too long is explained by what its endpoints lack`(_ backend: Backend) async throws {
        let names = ["broke", "fast", "held", "tired"]
        try await practise(backend, endpoints: names.map { Self.endpoint($0) }) { practice in
            try await practice.create(7) { write in
                write.state.memory = ["machine": Snapshot().memory, "jobs": Self.memory]
                write.jobs = [Self.job(queue: -120_000_000)]
            }
            let found = try #require(try await practice.findings(.stuck).first)
            for words in [
                "'broke' has no money left for today", "'fast' has used up its rate", "'held' is held",
                "'tired' rests because of its faults",
            ] { #expect(found.cause.contains(words), "\(found.cause)") }
        }
    }

    @Test(arguments: Backend.allCases)
    func `a job that the post and the table know differently is found`(_ backend: Backend) async throws {
        try await practise(backend, endpoints: [Self.endpoint("one")]) { practice in
            try await practice.create(7) { $0.jobs = [Self.job()] }
            try await practice.create(8) { write in
                write.state.memory = ["machine": Snapshot().memory, "jobs": Self.memory]
                write.jobs = [Self.job()]
            }
            let found = try await practice.findings(.jobsDiffer)
            #expect(found.map(\.subject) == ["7"])
            #expect(found.first?.text == "job 7-1 is not live in the post and live (attempt 0) in the table")
        }
    }

    @Test(arguments: Backend.allCases)
    func `rows that no foreign key guards and endpoints without an owner are found`(_ backend: Backend) async throws {
        try await practise(backend, endpoints: [Self.endpoint("one")]) { practice in
            try await practice.create(7) { write in
                write.state.waitsFor = .nothing
                write.jobs = [Self.job()]
            }
            let found = try #require(try await practice.findings(.strayRows).first)
            #expect(found.text == "1 live jobs of posts that have ended, such as post 7")
            #expect(try await practice.findings(.endpointWithoutOwner).isEmpty)
            try await practice.store.releaseLeases(node: "living")
            #expect(try await practice.findings(.endpointWithoutOwner).map(\.subject) == ["one"])
        }
    }

    @Test func `missing room is found before it is needed`() async throws {
        try await practise(.postgres) { practice in
            #expect(try await practice.findings(.partitionsMissing).isEmpty)
            let inspection = try await practice.store.inspect(limit: 1)
            let next = try #require(
                inspection.partitions?.filter { $0.table == "deliveries" && $0.starts > inspection.at }
                    .min { $0.ends < $1.ends })
            let url = try #require(practice.store as? PostgresStore).url
            let beside = PostgresConnection(url: url, applicationName: "doctor-tests")
            _ = try await beside.query("DROP TABLE \(raw: next.name)")
            await beside.close()
            _ = try #require(try await practice.findings(.partitionsMissing).first { $0.subject == "deliveries" })
            try await practice.store.maintain()
            #expect(try await practice.findings(.partitionsMissing).isEmpty)
        }
    }
}
