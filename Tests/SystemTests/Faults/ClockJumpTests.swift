import JSONValue
import TestSupport
import Testing

extension Faults {
    /// A node's wall clock is set while work goes on.
    @Suite struct ClockJumps {
        @Test(arguments: ["+3600", "-3600"])
        func `a node whose clock jumps by an hour fires nothing early or late, and still takes callbacks`(
            _ offset: String
        ) async throws {
            let folder = try TemporaryFolder()
            let clock = try await FakeClock.make(in: folder)
            let plan = FaultNodes.plan([
                "engagement.ages": "1500ms", "research.silence": "20s", "research.timeout": "20s",
            ])
            let rig = try await Rig.make(folder, TestDatabase.make(.postgres, in: folder), plan)
            try await rig.explained {
                let nodes = try FaultNodes(rig)
                let service = try await nodes.start(0, environment: clock.environment)
                for number in Int64(1)...4 { _ = try await FaultNodes.submit(number, service, rig) }
                try await eventually("the agent works", within: .seconds(15), every: .milliseconds(5)) {
                    try await rig.agent.state["running"]?.int ?? 0 > 0
                }
                try clock.set(offset)
                for number in Int64(5)...8 { _ = try await FaultNodes.submit(number, service, rig) }
                try await Posts.untilEnded(service, count: 8, within: .seconds(25))
                let callbacks = try await rig.agent.state["callbacks"]
                #expect(callbacks?["job.completed 401"] == nil, "\(callbacks?.text ?? "")")
                #expect(try await Self.lateness(rig.database.setting).allSatisfy { (1.5..<4).contains($0) })
                try await service.stop()
                #expect(service.process.errors.text.contains(clock.day(offset)), "the clock was not set")
                #expect(try await rig.reddit?.state["duplicates"] == [:])
                let settings = try rig.loadSettings(of: FaultNodes.names[0])
                let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
                #expect(aftermath.faults == [])
                #expect(aftermath.published == 8)
            }
        }

        /// Seconds from each reply to its engagement check, by the database's clock.
        static func lateness(_ url: String) async throws -> [Double] {
            try await ChaosCluster.query(
                url,
                """
                SELECT extract(epoch FROM t.at - s.at)::float8 AS seconds FROM transitions t
                JOIN LATERAL (SELECT at FROM transitions p WHERE p.post_id = t.post_id AND p.revision < t.revision
                    AND p.to_states::text LIKE '%published%' ORDER BY p.revision LIMIT 1) s ON true
                WHERE t.origin LIKE 'timer%' AND t.from_states::text LIKE '%published%'
                """
            ).map { try $0.double("seconds") }
        }
    }
}
