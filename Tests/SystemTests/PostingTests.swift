import JSONValue
import TestSupport
import Testing

extension ShortRuns {
    @Suite struct Posting {
        private static let posts = 60
        private static let faults = [
            "comment:500_after_acting:times=3", "comment:drop_after:times=3", "comment:html_200_after_acting:times=2",
            "comment:drop_before:times=2", "comment:500_before_acting:times=1", "comment:503:times=1",
            "comment:429:times=1:retry_after=1", "comment:ratelimit:times=2:retry_after=1",
        ]

        @Test(arguments: DatabaseKind.allCases)
        func `each comment appears once, whatever becomes of the answers`(_ kind: DatabaseKind) async throws {
            let plan = Rig.Plan(
                reddit: ["--made-up", "\(Self.posts)", "--engagement-speed", "100"]
                    + Self.faults.flatMap { ["--fault", $0] })
            let rig = try await Rig.make(kind, plan)
            try await rig.explained {
                let service = try await rig.start()
                try await Posts.untilEnded(service, count: Self.posts)
                print("posting on \(kind): \(try await service.ends.listed)")
                try await service.stop()
                let reddit = try #require(try await rig.reddit?.state)
                #expect(reddit["duplicates"] == [:])
                #expect(reddit["faults"]?["rules"] == [], "every fault has come")
                let settings = try rig.loadSettings()
                let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
                print("posting on \(kind): \(aftermath.published) published, \(aftermath.unknownOutcomes) × unknown")
                #expect(aftermath.faults == [])
                #expect(reddit["comments"]?.array?.count == aftermath.published)
                // Each fault that hides the outcome leads through `unknown`.
                #expect(aftermath.unknownOutcomes >= 10)
            }
        }
    }
}
