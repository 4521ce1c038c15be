import JSONValue
import TestSupport
import Testing

extension LongRuns {
    @Suite struct RealInput {
        private static let total = 496

        @Test(.readsSharedData("reddit/listing"), .tags(.sharedData), arguments: DatabaseKind.allCases)
        func `every recorded submission comes to an end, at least a hundred published, and each replays`(
            _ kind: DatabaseKind
        ) async throws {
            let recordings = SharedData.url("reddit").path
            let plan = Rig.Plan(
                reddit: ["--recordings", recordings, "--waves", "4", "--engagement-speed", "100"], concurrent: 16)
            let rig = try await Rig.make(kind, plan)
            try await rig.explained {
                let began = ContinuousClock.now
                let service = try await rig.start()
                try await Self.untilDone(rig, service)
                print("real input on \(kind): \(try await service.ends.listed) in \(ContinuousClock.now - began)")
                try await Self.checkReddit(rig)
                try await service.stop()
                let settings = try rig.loadSettings()
                let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
                print("real input on \(kind): \(aftermath.published) of \(aftermath.posts) were published")
                #expect(aftermath.faults == [])
                #expect(aftermath.posts == Self.total)
                #expect(aftermath.published >= 100)
                #expect(aftermath.ends.closed == Self.total, "\(aftermath.ends.listed)")
            }
        }

        private static func untilDone(_ rig: Rig, _ service: ServiceProcess) async throws {
            try await eventually("all posts have ended", within: .seconds(150), every: .milliseconds(500)) {
                let ends = try await service.ends
                return ends.total == total && ends.closed == total
            }
            try await eventually("each listing was asked for twice", within: .seconds(20), every: .milliseconds(200)) {
                let listings = try await rig.reddit?.state["listings"]?.object ?? [:]
                return !listings.isEmpty && listings.allSatisfy { ($0.value.int ?? 0) >= 2 }
            }
        }

        private static func checkReddit(_ rig: Rig) async throws {
            let state = try #require(try await rig.reddit?.state)
            #expect(state["posts"]?["released"]?.int == Int64(total))
            #expect(state["duplicates"] == [:])
        }
    }
}
