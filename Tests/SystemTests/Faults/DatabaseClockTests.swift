import Store
import TestSupport
import Testing

extension Faults {
    /// The clock that timers go by is set while they wait. Seconds are those of the test's own monotonic clock.
    @Suite(.serialized) struct DatabaseClocks {
        /// An age at which published posts are looked at, in seconds, and how far the clock is set.
        struct Jump: Sendable, CustomTestStringConvertible {
            var age: Int
            var by: Int
            var testDescription: String { "\(by) s" }

            var offset: String { by < 0 ? "\(by)" : "+\(by)" }
            /// When timers that had just been set may fire, after the jump: forwards at once, backwards later by the jump at
            /// most.
            var window: ClosedRange<Double> { by > 0 ? 0...8 : Double(age) - 3...Double(age - by) + 3 }
        }

        @Test(arguments: [Jump(age: 100, by: 200), Jump(age: 4, by: -5)])
        func `the database server's clock jumps: each due timer fires once, and none is later than by the jump`(
            _ jump: Jump
        ) async throws {
            let folder = try TemporaryFolder()
            let clock = try await FakeClock.make(in: folder)
            let server = try await PrivatePostgres.start(environment: clock.serverEnvironment)
            let database = TestDatabase(kind: .postgres, setting: server.url)
            let rig = try await Rig.make(folder, database, FaultNodes.plan(["engagement.ages": "\(jump.age)s"]))
            try await rig.explained {
                let nodes = try FaultNodes(rig)
                let services = [try await nodes.start(0), try await nodes.start(1)]
                let waiting = try await Self.publishFour(services[0], rig)
                for number in Int64(5)...8 { _ = try await FaultNodes.submit(number, services[1], rig) }
                try await eventually("the agent works", within: .seconds(15), every: .milliseconds(5)) {
                    try await rig.agent.state["running"]?.int ?? 0 > 0
                }
                let before = try await CommitPace.clock(server.url)
                try clock.set(jump.offset)
                let shown = try await Double(CommitPace.clock(server.url) - before) / 1e6
                #expect(abs(shown - Double(jump.by)) < 2, "the clock was not set")
                try await Self.expectEnds(waiting, in: jump.window, services[0])
                if jump.by < 0 {
                    try await Posts.untilEnded(services[0], count: 8, within: .seconds(30))
                } else {
                    try await eventually("the others go on", within: .seconds(30)) {
                        let ends = try await services[1].ends
                        return ends.closed + (ends["published/watching"] ?? 0) == 8
                    }
                }
                for service in services { try await service.stop() }
                try await Self.judge(rig, settings: FaultNodes.names[0], posts: 8, fired: jump.by < 0 ? 8 : 4)
            }
            try await server.remove()
        }

        @Test func `a callback counts although the database's clock is off by an hour`() async throws {
            let folder = try TemporaryFolder()
            let clock = try await FakeClock.make(in: folder)
            let server = try await PrivatePostgres.start(environment: clock.serverEnvironment)
            var plan = FaultNodes.plan(["research.silence": "3h", "research.timeout": "3h"])
            plan.agent = ["--duration", "3"]
            let rig = try await Rig.make(folder, TestDatabase(kind: .postgres, setting: server.url), plan)
            try await rig.explained {
                let nodes = try FaultNodes(rig)
                let service = try await nodes.start(0)
                _ = try await FaultNodes.submit(1, service, rig)
                try await eventually("the agent works", within: .seconds(15), every: .milliseconds(5)) {
                    try await rig.agent.state["running"]?.int ?? 0 > 0
                }
                try clock.set("-3600")
                try await eventually("the callback has come", within: .seconds(15)) {
                    try await rig.agent.state["callbacks"]?["job.completed 202"]?.int == 1
                }
                #expect(try await rig.agent.state["callbacks"]?["job.completed 401"] == nil)
                try await service.stop()
            }
            try await server.remove()
        }

        @Test(arguments: [Jump(age: 4, by: 3600), Jump(age: 4, by: -3600)])
        func `on SQLite the process's clock jumps, and running timers notice nothing`(_ jump: Jump) async throws {
            let (rig, clock) = try await Self.onFile(jump)
            try await rig.explained {
                let service = try await rig.start(environment: clock.environment)
                let waiting = try await Self.publishFour(service, rig)
                try clock.set(jump.offset)
                try await Self.expectEnds(waiting, in: 1...8, service)
                try await service.stop()
                #expect(service.process.errors.text.contains(clock.day(jump.offset)), "the clock was not set")
                try await Self.judge(rig, settings: Rig.only, posts: 4, fired: 4)
            }
        }

        @Test(arguments: [Jump(age: 100, by: 3600), Jump(age: 6, by: -5)])
        func `on SQLite a process starts with another clock: each due timer fires once, none later than by the jump`(
            _ jump: Jump
        ) async throws {
            let (rig, clock) = try await Self.onFile(jump)
            try await rig.explained {
                let service = try await rig.start(environment: clock.environment)
                let waiting = try await Self.publishFour(service, rig)
                let set = ContinuousClock.now
                try await service.stop()
                try clock.set(jump.offset)
                let again = try await rig.start(environment: clock.environment)
                try await Self.expectEnds(waiting, in: jump.window, since: set, again)
                try await again.stop()
                try await Self.judge(rig, settings: Rig.only, posts: 4, fired: 4)
            }
        }

        private static func onFile(_ jump: Jump) async throws -> (Rig, FakeClock) {
            let folder = try TemporaryFolder()
            let clock = try await FakeClock.make(in: folder)
            let plan = FaultNodes.plan(["engagement.ages": "\(jump.age)s"])
            return (try await Rig.make(folder, TestDatabase.make(.sqlite, in: folder), plan), clock)
        }

        /// Four posts whose timers wait.
        private static func publishFour(_ service: ServiceProcess, _ rig: Rig) async throws -> [PostID] {
            var posts: [PostID] = []
            for number in Int64(1)...4 { posts.append(try await FaultNodes.submit(number, service, rig)) }
            try await eventually("four posts are published", within: .seconds(30)) {
                try await service.ends["published/watching"] == 4
            }
            return posts
        }

        private static func expectEnds(
            _ posts: [PostID], in window: ClosedRange<Double>, since: ContinuousClock.Instant = .now,
            _ service: ServiceProcess
        ) async throws {
            try await eventually("the timers have fired", within: .seconds(60)) {
                for post in posts {
                    let answer = try await JSONClient.get(service.url + "/v1/posts/\(post)")
                    guard answer["queue_stage"]?.string == "closed" else { return false }
                }
                return true
            }
            let seconds = (ContinuousClock.now - since) / .seconds(1)
            print("clock: \(posts.count) timers have fired \(seconds) s later")
            #expect(window.contains(seconds))
        }

        private static func judge(_ rig: Rig, settings node: String, posts: Int, fired: Int) async throws {
            #expect(try await rig.reddit?.state["duplicates"] == [:])
            let settings = try rig.loadSettings(of: node)
            let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
            #expect(aftermath.faults == [])
            #expect(aftermath.published == posts)
            let firings = try await rig.database.read { store in
                var counts: [Int] = []
                for page in try await store.listPosts(PostFilter(), after: nil, limit: 100) {
                    let history = try await store.history(page.row.id, after: 0, limit: 500)
                    counts.append(
                        history.count { row in
                            row.origin.hasPrefix("timer") && row.from.contains { $0.hasPrefix("published") }
                        })
                }
                return counts
            }
            #expect(firings.allSatisfy { $0 <= 1 }, "\(firings)")
            #expect(firings.reduce(0, +) == fired)
        }
    }
}
