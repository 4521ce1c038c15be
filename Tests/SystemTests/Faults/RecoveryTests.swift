import JSONValue
import Postgres
import Store
import TestSupport
import Testing

extension Faults {
    /// A server that goes, comes back or has fewer connections than the service wants, under a steady load.
    @Suite(.serialized) struct Recovery {
        enum Fault: Sendable, CaseIterable, CustomTestStringConvertible {
            case noConnections, threeConnections, immediateStop, restart, terminatedBackends

            var testDescription: String { "\(self)" }
        }

        private static let rate = 8.0

        @Test(arguments: Fault.allCases)
        func `nodes are back at 95 % of the rate within ten seconds of what they missed, and nothing is lost`(
            _ fault: Fault
        ) async throws {
            let server = try await PrivatePostgres.start()
            let url = try await Self.makeRole(server.url)
            let rig = try await Rig.make(
                TemporaryFolder(), TestDatabase(kind: .postgres, setting: url), FaultNodes.plan())
            let nodes = try FaultNodes(rig)
            try await rig.explained {
                let services = [try await nodes.start(0), try await nodes.start(1)]
                let intake = ChaosIntake(rate: Self.rate, urls: nodes.urls, reddit: try #require(rig.reddit))
                async let intakeEnd: Void = intake.run()
                try await FaultNodes.untilEnded(30, server.url)
                let stopped = try await CommitPace.clock(server.url)
                try await Self.strike(fault, server, services)
                let back = try await CommitPace.clock(server.url)
                try await eventually("95 % of the rate", within: .seconds(30), every: .milliseconds(200)) {
                    try await CommitPace.recovery(server.url, stopped: stopped, back: back, share: 0.95) != nil
                }
                let seconds = try await CommitPace.recovery(server.url, stopped: stopped, back: back, share: 0.95)
                print("recovery: \(fault): 95 % of the rate after \(seconds ?? -1) s")
                #expect(seconds ?? .infinity <= 10)
                intake.end()
                try await intakeEnd
                try await FaultNodes.untilEnded(intake.offered, server.url)
                for service in services {
                    #expect(service.process.isRunning)
                    try await service.stop()
                }
                let audit = try await ChaosAudit.read(rig, server.url, settingsOf: FaultNodes.names[0], intake)
                #expect(audit.isGood, "\(audit)")
                #expect(audit.published > 0)
            }
            try await server.remove()
        }

        /// Returns when the server takes connections again.
        private static func strike(
            _ fault: Fault, _ server: PrivatePostgres, _ services: [ServiceProcess]
        ) async throws {
            switch fault {
            case .noConnections: try await starve(0, server.url, services)
            case .threeConnections: try await starve(3, server.url, services)
            case .immediateStop:
                try await server.stop(.immediate)
                for service in services { try await untilDown(service) }
                try await server.startAgain()
            case .restart: try await server.restart()
            case .terminatedBackends: try await server.terminateBackends()
            }
        }

        private static func untilDown(_ service: ServiceProcess) async throws {
            try await eventually("the node says that it is not ready", within: .seconds(20)) {
                try await JSONClient.ask("GET", service.url + "/readyz").status == 503
            }
            #expect(try await JSONClient.ask("GET", service.url + "/livez").status == 200)
        }

        /// Cuts all sessions of the service and lets so few come back, for as long as it takes it to notice.
        private static func starve(_ limit: Int, _ url: String, _ services: [ServiceProcess]) async throws {
            _ = try await ChaosCluster.query(url, "ALTER ROLE service CONNECTION LIMIT \(raw: "\(limit)")")
            try await PrivatePostgres.terminateBackends(url)
            for service in services {
                try await service.process.errors.line(containing: "too many connections", within: .seconds(20))
                #expect(try await JSONClient.ask("GET", service.url + "/livez").status == 200)
            }
            _ = try await ChaosCluster.query(url, "ALTER ROLE service CONNECTION LIMIT -1")
        }

        /// A role without special rights, which owns a database: administrators are not counted.
        private static func makeRole(_ url: String) async throws -> String {
            _ = try await ChaosCluster.query(url, "CREATE ROLE service LOGIN PASSWORD 'secret'")
            _ = try await ChaosCluster.query(url, "GRANT ALL ON SCHEMA public TO service")
            _ = try await ChaosCluster.query(url, "GRANT CREATE ON DATABASE postgres TO service")
            let start = url.firstRange(of: "//")?.upperBound ?? url.startIndex
            let end = url.firstIndex(of: "@") ?? url.startIndex
            return url[..<start] + "service:secret" + url[end...]
        }
    }
}
