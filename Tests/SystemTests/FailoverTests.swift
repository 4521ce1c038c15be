import JSONValue
import TestSupport
import Testing

extension ShortRuns {
    @Suite struct Failover {
        @Test(arguments: DatabaseKind.allCases)
        func `a second endpoint takes over when the first is full, failing or gone, and gives back`(
            _ kind: DatabaseKind
        ) async throws {
            let plan = Rig.Plan(
                chats: [["--duration", "0.3"], ["--duration", "0.05"]], concurrent: 1, preferences: [10, 0])
            let rig = try await Rig.make(kind, plan)
            try await rig.explained {
                let service = try await rig.start()
                let isFull = try await Self.share(of: 8, rig, service)
                #expect(isFull.first > 0 && isFull.second > 0, "full: \(isFull)")

                try await rig.chats[0].addFaults(["fault": "500", "probability": 1])
                let isFailing = try await Self.share(of: 4, rig, service)
                #expect(isFailing.second >= 4, "failing: \(isFailing)")
                try await rig.chats[0].clearFaults()

                try await rig.chats[0].kill()
                let isGone = try await Self.second(of: 4, rig, service)
                #expect(isGone >= 4, "gone: \(isGone)")

                try await rig.chats[0].startAgain()
                try await eventually("the first endpoint gets work again", within: .seconds(45)) {
                    _ = try await Posts.submit(service, title: Posts.claim)
                    return try await Self.calls(rig.chats[0]) > 0
                }
                try await service.stop()
            }
        }

        /// How many calls each endpoint answered while some posts went through.
        private static func share(
            of count: Int, _ rig: Rig, _ service: ServiceProcess
        ) async throws -> (first: Int, second: Int) {
            let before = (try await calls(rig.chats[0]), try await calls(rig.chats[1]))
            try await run(count, service)
            return (try await calls(rig.chats[0]) - before.0, try await calls(rig.chats[1]) - before.1)
        }

        private static func second(of count: Int, _ rig: Rig, _ service: ServiceProcess) async throws -> Int {
            let before = try await calls(rig.chats[1])
            try await run(count, service)
            return try await calls(rig.chats[1]) - before
        }

        private static func run(_ count: Int, _ service: ServiceProcess) async throws {
            let closed = try await service.ends.closed
            for _ in 0..<count { _ = try await Posts.submit(service, title: Posts.claim) }
            try await Posts.untilEnded(service, count: closed + count)
        }

        private static func calls(_ chat: FakeServer) async throws -> Int {
            Int(try await chat.state["answers"]?["200"]?.int ?? 0)
        }
    }
}
