import ChartFormat
import ChartLint
import Foundation
import Statechart
import TestSupport
import Testing

/// The chart that every post runs on, as far as the format is concerned.
struct PostChartTests {
    static let text: String = {
        let url = Repository.root.appending(path: "statecharts/post.yaml")
        return (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    }()

    /// The names that the file uses; their types are the service's and are checked there.
    static let vocabulary = ChartVocabulary(
        jobs: Dictionary(
            uniqueKeysWithValues: [
                "triage", "research", "response", "editorial", "comment", "reconcile", "engagement",
            ].map { ($0, [:]) }),
        delays: [
            "triage.timeout", "triage.backoff", "research.timeout", "research.backoff", "response.timeout",
            "response.backoff", "editorial.timeout", "editorial.backoff", "review.expiry", "comment.timeout",
            "posting.slot", "posting.backoff", "posting.reconcile_after", "reconcile.timeout", "engagement.next",
            "engagement.timeout",
        ])

    static func read() throws -> Chart {
        try ChartReader.read(text: text, file: "post.yaml", vocabulary: vocabulary)
    }

    /// Posts under way are found by this digest: a change of the format's canonical form would strand them.
    @Test func `the digest of the post's chart stays what it was when posts began to live on it`() throws {
        #expect(
            try Self.read().digest == "62f7597f87c5f88b620dd31d86c250eebb9c70068999b39a68e1813c144900fc")
    }
}

extension PostChartTests {
    /// The time to read, check and lint the file; printed by `REJOINDER_MEASURE=1 swift test -c release`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["REJOINDER_MEASURE"] != nil))
    func `the time that reading takes`() throws {
        for _ in 0..<20 { _ = try Self.read() }
        let clock = ContinuousClock()
        var parsing: [Duration] = []
        var reading: [Duration] = []
        var linting: [Duration] = []
        for _ in 0..<200 {
            parsing.append(try clock.measure { _ = try ChartReader.json(text: Self.text, file: "post.yaml") })
            reading.append(try clock.measure { _ = try Self.read() })
            let read = try ChartReader.readPlaces(text: Self.text, file: "post.yaml", vocabulary: Self.vocabulary)
            linting.append(
                clock.measure { _ = ChartLinter.findings(in: read, file: "post.yaml", vocabulary: Self.vocabulary) })
        }
        print("parse post.yaml: median \(parsing.sorted()[100]), least \(parsing.min() ?? .zero)")
        print("read post.yaml: median \(reading.sorted()[100]), least \(reading.min() ?? .zero)")
        print("lint post.yaml: median \(linting.sorted()[100]), least \(linting.min() ?? .zero)")
    }
}
