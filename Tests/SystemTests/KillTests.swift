import Glibc
import JSONValue
import TestSupport
import Testing

extension LongRuns {
    @Suite struct Kills {
        private static let kills = 20
        private static let posts = 150

        /// The moments come from this seed; another one: `TEST_SEED`.
        private static var seed: UInt64 {
            getenv("TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? 20_261_123
        }

        @Test(arguments: DatabaseKind.allCases)
        func `twenty kills at random moments lose nothing and double nothing`(_ kind: DatabaseKind) async throws {
            var plan = Rig.Plan(
                reddit: ["--made-up", "\(Self.posts)", "--waves", "3", "--engagement-speed", "100"],
                chats: [["--duration", "0.15"]], agent: ["--duration", "1.2"], concurrent: 6)
            plan.settings["listen.port"] = String(try freePort())
            plan.settings["comment.timeout"] = "5s"
            let rig = try await Rig.make(kind, plan)
            try await rig.explained {
                var random = Seeded(seed: Self.seed)
                print("kills on \(kind): seed \(Self.seed)")
                var busy = 0
                for number in 1...Self.kills {
                    let wasBusy = try await Self.runAndKill(rig, number, kind, &random)
                    if wasBusy { busy += 1 }
                    if number == Self.kills / 2 { try await Self.restartAgent(rig) }
                }
                print("kills on \(kind): \(busy) of \(Self.kills) hit work under way")
                #expect(busy >= 10)
                try await Self.finish(rig, kind)
            }
        }

        /// Runs for a random time, says what was going on, and kills. True when a job ran or a batch was in flight.
        private static func runAndKill(
            _ rig: Rig, _ number: Int, _ kind: DatabaseKind, _ random: inout Seeded
        ) async throws -> Bool {
            let service = try await rig.start()
            let moment = Duration.milliseconds(Int64.random(in: 50...2500, using: &random))
            // Nobody but us ends it: the moment comes when the wait for its end has failed.
            if let exit = try? await service.process.waitForExit(within: moment) {
                throw TestFailure("the service ended by itself: \(exit)")
            }
            let status = try await service.status
            service.process.signal(SIGKILL, toGroup: true)
            try await service.process.waitForExit()
            let jobs = (status["endpoints"]?.array ?? []).reduce(0) { $0 + ($1["current_load"]?.int ?? 0) }
            let events = status["events_waiting"]?.int ?? 0
            let places = ServiceProcess.places(status).listed
            print("kill \(number) on \(kind) after \(moment): \(jobs) jobs running, \(events) events; \(places)")
            return jobs > 0 || events > 0
        }

        private static func restartAgent(_ rig: Rig) async throws {
            let running = try await rig.agent.state["running"]?.int ?? 0
            try await rig.agent.kill()
            print("the agent was killed with \(running) jobs, and started again")
            try await rig.agent.startAgain()
        }

        private static func finish(_ rig: Rig, _ kind: DatabaseKind) async throws {
            let began = ContinuousClock.now
            let service = try await rig.start()
            try await Posts.untilEnded(service, count: posts, within: .seconds(120))
            print("kills on \(kind): \(try await service.ends.listed), \(ContinuousClock.now - began) after the last")
            try await service.stop()
            let reddit = try await rig.reddit?.state
            #expect(reddit?["duplicates"] == [:])
            let settings = try rig.loadSettings()
            let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
            #expect(aftermath.faults == [])
            #expect(aftermath.posts == posts)
            #expect(aftermath.ends.closed == posts)
            #expect(reddit?["comments"]?.array?.count == aftermath.published)
        }
    }
}
