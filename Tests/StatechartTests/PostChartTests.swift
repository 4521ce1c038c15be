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
