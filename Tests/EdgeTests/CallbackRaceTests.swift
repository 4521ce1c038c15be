import Engine
import HTTPClient
import Postgres
import Service
import Statechart
import Store
import TestSupport
import Testing

/// The matrix of races: whatever a callback meets, it is answered as the contract says, and counts once or never.
@Suite struct CallbackRaceTests {
    @Test(arguments: CallbackRace.all)
    func `a callback in a race is answered as the contract says, and counts once or never`(
        _ race: CallbackRace, _ backend: Backend
    ) async throws {
        let proxy = race.isBehindProxy ? try DatabaseProxy(before: try await PrivatePostgres.makeDatabase()) : nil
        defer { proxy?.close() }
        let place = if let proxy { try Place(database: proxy.url) } else { try await Place(backend) }
        let early = Happenings<(job: String, status: Int)>()
        let client = HTTPClient(userAgent: "early agent")
        let agent: CallbackAgent.Behaviour = { start, _ in
            if race == .early, let answer = try? await client.send(Self.good(start).request) {
                early.add((start.job, answer.status))
            }
            return CallbackAgent.accepted
        }
        try await withService(in: place, settings: race.settings, agent: agent) { edge in
            let beside =
                race == .deadline ? PostgresConnection(url: place.database, applicationName: "beside") : nil
            let run = CallbackRaceRun(race: race, edge: edge, beside: beside, early: early)
            if let proxy { try await play(run, RaceCount.cell, proxy) } else { try await play(run, RaceCount.cell) }
            try await checkReplays(edge)
            await beside?.close()
        }
        await client.close()
    }

    private static func good(_ start: CallbackAgent.Start) -> Callback {
        Callback(start, Callback.completed(Callback.triage))
    }

    private func play(_ run: CallbackRaceRun, _ count: Int) async throws {
        for first in stride(from: 1, through: count, by: run.race.width) {
            try await withThrowingTaskGroup(of: CallbackRaceRun.Ending.self) { group in
                for id in first...min(count, first + run.race.width - 1) {
                    group.addTask { try await run.play(Int64(id)) }
                }
                for try await ending in group { #expect(run.race.allows(ending), "\(ending)") }
            }
        }
    }

    /// In waves that are at work when the wire is cut, or come when it is gone.
    private func play(_ run: CallbackRaceRun, _ count: Int, _ proxy: DatabaseProxy) async throws {
        let edge = run.edge
        for first in stride(from: 1, through: count, by: run.race.width) {
            let ids = (first...min(count, first + run.race.width - 1)).map { Int64($0) }
            var callbacks: [Callback] = []
            for id in ids {
                try await edge.submit(id)
                let start = try await edge.agent.starts.number(1, of: "start") { $0.job == "\(id)-1" }
                callbacks.append(Self.good(start))
            }
            let answers: [Int]
            if run.race == .away {
                proxy.goAway()
                try await expectRefusals(edge, callbacks)
                proxy.comeBack()
                answers = try await sendUntilTaken(run, callbacks)
            } else {
                async let taken = sendUntilTaken(run, callbacks)
                proxy.goAway()
                proxy.comeBack()
                answers = try await taken
            }
            for (id, status) in zip(ids, answers) {
                let completions = try await edge.endings(PostID(id)).count
                let ending = CallbackRaceRun.Ending(statuses: [status], completions: completions)
                #expect(run.race.allows(ending), "post \(id): \(ending)")
                #expect(try await edge.store.results(PostID(id)).count == 1)
            }
        }
    }

    private func expectRefusals(_ edge: ServiceUnderTest, _ callbacks: [Callback]) async throws {
        try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            for callback in callbacks { group.addTask { try await edge.send(callback) } }
            for try await response in group {
                #expect(response.status == 503 && response.code == "unavailable")
                #expect(response.headers["Retry-After"].flatMap { Int($0) } ?? 0 > 0)
            }
        }
    }

    private func sendUntilTaken(_ run: CallbackRaceRun, _ callbacks: [Callback]) async throws -> [Int] {
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for (index, callback) in callbacks.enumerated() {
                group.addTask { (index, try await run.sendUntilTaken(callback)) }
            }
            return try await group.reduce(into: [Int](repeating: 0, count: callbacks.count)) { $0[$1.0] = $1.1 }
        }
    }

    /// Every post's history leads to where the post is.
    private func checkReplays(_ edge: ServiceUnderTest) async throws {
        var cursor: PostID?
        var interpreters: [String: Interpreter] = [:]
        repeat {
            let page = try await edge.store.listPosts(PostFilter(), after: cursor, limit: 200)
            for row in page.map(\.row) {
                if interpreters[row.state.chart] == nil {
                    let source = try #require(try await edge.store.chartSource(digest: row.state.chart))
                    interpreters[row.state.chart] = Interpreter(chart: try ChartLoader.read(source, "post"))
                }
                let interpreter = try #require(interpreters[row.state.chart])
                let history = try await edge.store.history(row.id, after: 0, limit: 1000)
                let settings = edge.service.settings.pipeline.forCharts
                #expect(
                    HistoryReplay.check(row: row, history: history, interpreter: interpreter, settings: settings)
                        == nil)
            }
            cursor = page.last?.row.id
        } while cursor != nil
    }
}
