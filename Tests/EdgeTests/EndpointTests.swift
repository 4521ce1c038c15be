import HTTPClient
import JSONValue
import Store
import StorePostgres
import StoreSQLite
import TestSupport
import Testing

/// What operators see of endpoints, by the API and on the page.
@Suite struct EndpointTests {
    @Test(arguments: Backend.allCases)
    func `an endpoint that takes work shows its limits`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await Self.change(edge) { row in
                row.preference = 7
                row.rate = EndpointRate("60/min")
                row.budget = EndpointBudget(perDay: 5_000_000, jobCost: 250_000)
            }
            try await eventually { try await Self.agent(edge)["takes_work"] == true }
            let agent = try await Self.agent(edge)
            #expect(agent["rate"] == "60/min" && agent["preference"] == 7)
            #expect(agent["budget_microdollars_per_day"] == 5_000_000 && agent["job_cost_microdollars"] == 250_000)
            #expect(agent["spent_microdollars_today"] == 0 && agent["reserved_microdollars"] == 0)
            #expect(agent["reasons"] == [] && agent["next_at"] == .null)
            #expect(agent["at_owner"]?["faults"] == 0 && agent["owner"]?.string != nil)
            let account = try await Self.endpoints(edge).first { $0["protocol"] == "reddit" }
            #expect(account?["rate"] == .null && account?["budget_microdollars_per_day"] == .null)
            let page = try await edge.get("/").text
            for text in ["60/min", "0.00 of 5.00", "takes work"] { #expect(page.contains(text), "\(text)") }
        }
    }

    @Test(arguments: Backend.allCases)
    func `one whose day is paid for says until when`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await Self.change(edge) { $0.budget = EndpointBudget(perDay: 5_000_000, jobCost: 5_000_000) }
            try await eventually { try await Self.agent(edge)["takes_work"] == true }
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            let running = try await Self.agent(edge)
            #expect(running["reasons"] == ["over_budget"] && running["reserved_microdollars"] == 5_000_000)
            #expect(running["next_at"] == .null)
            #expect(
                try await edge.get("/").text.contains("0.00 of 5.00 dollars spent today and 5.00 kept for what runs"))
            let failed: JSON = ["type": "job.completed", "timestamp": "2026-11-23T17:05:00Z", "data": Self.dear]
            #expect(try await edge.send(Callback(start, failed)).status == 202)
            try await edge.committed(post, "research", "pending")
            let spent = try await Self.agent(edge)
            #expect(spent["takes_work"] == false && spent["reasons"] == ["over_budget"])
            #expect(spent["spent_microdollars_today"] == 5_000_000 && spent["reserved_microdollars"] == 0)
            #expect(spent["next_at"]?.string?.hasSuffix("T00:00:00.000Z") == true)
            #expect(spent["at_owner"]?["seconds"]?["triage"]?.double != nil)
            #expect(
                try await edge.get("/").text.contains(
                    "takes nothing: 5.00 of 5.00 dollars spent today; again at 00:00 UTC"))
        }
    }

    @Test(arguments: Backend.allCases)
    func `one that is drained, held and full says all of it, also when it is asked to be`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            try await Self.change(edge) { $0.maxConcurrent = 1 }
            try await edge.submit()
            _ = try await edge.agent.starts.number(1, of: "start")
            let reason = #"{"reason": "night"}"#
            #expect(try await edge.send("PUT", "/v1/holds/endpoint/agent", Array(reason.utf8)).status == 200)
            let drained = try await edge.send("PUT", "/v1/endpoints/agent", Array(#"{"drained": true}"#.utf8)).json
            #expect(drained["reasons"] == ["drained", "held", "full"] && drained["takes_work"] == false)
            #expect(try await edge.get("/").text.contains("takes nothing: drained, held, full (1 of 1)"))
            let status = try await edge.get("/queue/status").json["endpoints"]?.array?.first { $0["name"] == "agent" }
            #expect(status?["reasons"] == drained["reasons"])
        }
    }

    @Test(arguments: Backend.allCases)
    func `one that rests after faults, or has used up its rate, says when it goes on`(
        _ backend: Backend
    ) async throws {
        let settings = ["engine.breaker_faults=1", "engine.breaker_pause=60s"]
        let faulty: CallbackAgent.Behaviour = { _, _ in .init(status: 500) }
        try await withService(backend, settings: settings, agent: faulty) { edge in
            try await Self.change(edge) { $0.rate = EndpointRate("1/h") }
            try await edge.submit()
            _ = try await edge.agent.starts.number(1, of: "start")
            try await eventually { try await Self.agent(edge)["reasons"] == ["open_breaker", "rate"] }
            let agent = try await Self.agent(edge)
            let moments = [agent["at_owner"]?["paused_until"], agent["at_owner"]?["next_start_at"], agent["next_at"]]
            let times = moments.compactMap { $0?.string.flatMap { Timestamp($0) } }
            #expect(times.count == 3 && times[0] < times[1] && times[1] == times[2])
            #expect(
                try await edge.get("/").text.contains(
                    "takes nothing: rests after a fault, its rate of 1/h is used up; again at "))
        }
    }

    @Test(arguments: Backend.allCases)
    func `what another node owns is known there alone`(_ backend: Backend) async throws {
        let place = try await Place(backend)
        let foreign = EndpointRow(
            name: "foreign", url: "http://127.0.0.1:9/jobs", wireProtocol: "callback", model: "",
            capabilities: ["research"], maxConcurrent: 5)
        let store: any Store =
            place.database.isEmpty
            ? try SQLiteStore(path: place.folder.file("rejoinder.sqlite"))
            : PostgresStore(url: place.database, node: "elsewhere")
        _ = try await store.migrate()
        try await store.reconcileEndpoints([foreign])
        #expect(try await store.acquireLeases(node: "elsewhere", microseconds: 600_000_000).count == 1)
        await store.close()
        let yaml = """
              - {name: foreign, url: "http://127.0.0.1:9/jobs", protocol: callback, capabilities: [research],
                 max_concurrent: 5, signing_secret_env: REJOINDER_SECRET_AGENT}

            """
        try await withService(backend, in: place, yaml: yaml) { edge in
            let foreign = try #require(try await Self.endpoints(edge).first { $0["name"] == "foreign" })
            #expect(foreign["takes_work"] == .null && foreign["at_owner"] == .null && foreign["reasons"] == [])
            #expect(foreign["owner"] == "elsewhere")
            #expect(try await edge.get("/").text.contains("known to its owner elsewhere alone"))
        }
    }

    // MARK: -

    /// A triage that leads on and has cost five dollars.
    private static let dear: JSON = [
        "output": Callback.triage,
        "usage": ["input_tokens": 10, "output_tokens": 20, "cost": ["amount": 5.0, "currency": "USD"]],
    ]

    private static func endpoints(_ edge: ServiceUnderTest) async throws -> [JSON] {
        try #require(try await edge.get("/v1/endpoints").json["endpoints"]?.array)
    }

    private static func agent(_ edge: ServiceUnderTest) async throws -> JSON {
        try #require(try await endpoints(edge).first { $0["name"] == "agent" })
    }

    /// Gives the agent's endpoint other settings, and waits until its owner has taken them in.
    private static func change(_ edge: ServiceUnderTest, _ change: (inout EndpointRow) -> Void) async throws {
        var rows = try await edge.store.endpointRows()
        for index in rows.indices where rows[index].name == "agent" { change(&rows[index]) }
        try await edge.store.reconcileEndpoints(rows)
        try await edge.service.engine.dispatcher.refreshLeases()
    }
}
