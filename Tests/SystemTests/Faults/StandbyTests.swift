import JSONValue
import Postgres
import Store
import TestSupport
import Testing

extension Faults {
    @Suite struct Standby {
        private static let rate = 6.0

        @Test func `what was acknowledged survives its primary, and no process is restarted for the standby`()
            async throws
        {
            let server = try await PrivatePostgres.start()
            let standby = try await server.makeStandby()
            let database = TestDatabase(kind: .postgres, setting: standby.urlOfBoth)
            let rig = try await Rig.make(TemporaryFolder(), database, FaultNodes.plan())
            let nodes = try FaultNodes(rig)
            try await rig.explained {
                let services = [try await nodes.start(0), try await nodes.start(1)]
                #expect(!services[0].process.errors.text.contains("no synchronous standby"))
                let intake = ChaosIntake(rate: Self.rate, urls: nodes.urls, reddit: try #require(rig.reddit))
                async let intakeEnd: Void = intake.run()
                try await FaultNodes.untilEnded(25, server.url)
                try await failOver(server, standby, intake, rig)
                let ended = try await FaultNodes.ended(standby.url)
                try await FaultNodes.untilEnded(ended + 20, standby.url)
                intake.end()
                try await intakeEnd
                try await FaultNodes.untilEnded(intake.offered, standby.url)
                for service in services { try await service.stop() }
                try await judge(rig, standby, intake)
            }
            try await server.remove()
        }

        @Test func `several hosts without a synchronous standby are told at start`() async throws {
            let server = try await PrivatePostgres.start()
            let rig = try await Rig.make(
                TemporaryFolder(), TestDatabase(kind: .postgres, setting: server.url), FaultNodes.plan())
            try await rig.explained {
                let alone = try await rig.start("alone")
                #expect(!alone.process.errors.text.contains("no synchronous standby"))
                try await alone.stop()
                let both = server.url.replacing("@127.0.0.1", with: "@127.0.0.1:\(try freePort()),127.0.0.1")
                let several = try await rig.start("several", ["database": both])
                try await several.process.errors.line(containing: "no synchronous standby", within: .seconds(5))
                try await several.stop()
            }
            try await server.remove()
        }

        private func failOver(
            _ server: PrivatePostgres, _ standby: StandbyPostgres, _ intake: ChaosIntake, _ rig: Rig
        ) async throws {
            let posts = intake.acknowledged
            let counted = try await rig.agent.state["callbacks"]?["job.completed 202"]?.int ?? 0
            #expect(counted > 0)
            let stopped = try await CommitPace.clock(standby.url)
            try await server.stop(.immediate)
            let kept = try await ChaosBooks.read(
                standby.url, acknowledged: posts, reddit: rig.folder.file("reddit.jsonl"),
                agent: rig.folder.file("agent.jsonl"))
            #expect(posts.filter { kept.posts[$0] == nil } == [])
            #expect(kept.results.keys.count { $0.hasPrefix("research ") } >= Int(counted))
            let promoted = try await CommitPace.clock(standby.url)
            try await server.promoteStandby()
            try await eventually("commits come again", within: .seconds(30)) {
                try await CommitPace.times(standby.url).contains { $0 > promoted }
            }
            try await eventually("the old rate", within: .seconds(60), every: .milliseconds(200)) {
                try await CommitPace.recovery(standby.url, stopped: stopped, back: promoted) != nil
            }
            let first = try await CommitPace.times(standby.url).first { $0 > promoted } ?? promoted
            let old = try await CommitPace.recovery(standby.url, stopped: stopped, back: promoted) ?? 0
            let seconds = Double(first - promoted) / 1e6
            print("standby: first commit \(seconds) s after the promotion, the old rate after \(old) s")
        }

        private func judge(_ rig: Rig, _ standby: StandbyPostgres, _ intake: ChaosIntake) async throws {
            let audit = try await ChaosAudit.read(rig, standby.url, settingsOf: FaultNodes.names[0], intake)
            print("standby: \(audit.posts) posts, \(audit.published) replies, \(audit.unknownOutcomes) × unknown")
            #expect(audit.published > 0)
            #expect(audit.lost == [])
            #expect(audit.doubled == [])
            #expect(audit.stuck == [])
            #expect(audit.broken == [])
        }
    }
}
