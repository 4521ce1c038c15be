import JSONValue
import TestSupport
import Testing

extension LongRuns {
    @Suite struct DatabaseOutage {
        private static let posts = 60

        @Test func `a run outlives its database: callbacks are told to come again, and nothing is restarted`()
            async throws
        {
            let server = try await PrivatePostgres.start()
            let folder = try TemporaryFolder()
            let database = TestDatabase(kind: .postgres, setting: server.url)
            let plan = Rig.Plan(
                reddit: ["--made-up", "\(Self.posts)", "--engagement-speed", "100"],
                agent: ["--duration", "1.5"], concurrent: 10)
            let rig = try await Rig.make(folder, database, plan)
            try await rig.explained {
                let service = try await rig.start()
                for number in 1...2 { try await Self.interrupt(server, rig, service, number) }
                try await Posts.untilEnded(service, count: Self.posts, within: .seconds(120))
                print("outage: \(try await service.ends.listed)")
                print("outage: callbacks \(try await rig.agent.state["callbacks"]?.text ?? "")")
                #expect(service.process.isRunning)
                try await service.stop()
                try await Self.check(rig)
            }
            try await server.remove()
        }

        /// Stops the database while the agent works, and starts it once a callback was told to come again.
        private static func interrupt(
            _ server: PrivatePostgres, _ rig: Rig, _ service: ServiceProcess, _ number: Int
        ) async throws {
            try await eventually("the agent works", within: .seconds(30)) {
                try await (rig.agent.state["running"]?.int ?? 0) >= 4
            }
            let before = try await refused(rig)
            try await server.stop(.immediate)
            try await eventually("a callback is told to come again", within: .seconds(30)) {
                try await refused(rig) > before
            }
            #expect(try await JSONClient.ask("GET", service.url + "/readyz").status == 503)
            #expect(try await JSONClient.ask("GET", service.url + "/livez").status == 200)
            try await server.startAgain()
            try await eventually("outage \(number) is over", within: .seconds(30)) {
                try await JSONClient.ask("GET", service.url + "/readyz").status == 200
            }
        }

        private static func refused(_ rig: Rig) async throws -> Int {
            Int(try await rig.agent.state["callbacks"]?["job.completed 503"]?.int ?? 0)
        }

        private static func check(_ rig: Rig) async throws {
            let reddit = try await rig.reddit?.state
            #expect(reddit?["duplicates"] == [:])
            let settings = try rig.loadSettings()
            let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
            #expect(aftermath.faults == [])
            #expect(aftermath.ends.closed == posts)
            #expect(reddit?["comments"]?.array?.count == aftermath.published)
        }
    }
}
