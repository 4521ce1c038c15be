import ChartFormat
import Engine
import JSONValue
import Statechart
import Store
import Testing

@testable import Pipeline

/// What the domain's answers to the engine must never leave out.
@Suite struct GuardTests {
    private let samples = Samples()

    private func chart(_ id: String) throws -> Chart {
        let text = "chart: 1\nid: \(id)\ninitial: a\nstates:\n  a: {type: final}\n"
        return try ChartReader.read(text: text, file: "\(id).yaml", vocabulary: ChartVocabulary())
    }

    private func job(_ source: JobSource, _ phase: JobRow.Phase) -> JobRow {
        JobRow(
            key: samples.job, invocation: "x", source: source.rawValue, stage: source.stage.rawValue, input: [:],
            phase: phase, attempt: 1, endpoint: "reddit:me", epoch: 1, priority: 0, community: "science",
            queuedAt: Timestamp(seconds: 0), readyAt: Timestamp(seconds: 0), wakeAt: Timestamp(seconds: 0),
            timeoutMicroseconds: 1)
    }

    @Test func `a comment that was not heard of in time has an unknown outcome, and its row says so`() {
        let policy = PipelinePolicy(charts: ChartRegistry(), settings: PipelineSettings())
        #expect(policy.expiry(of: "comment", phase: .starting).code == "unknown_outcome")
        #expect(policy.expiry(of: "comment", phase: .accepted).isRetryable == false)
        #expect(policy.expiry(of: "comment", phase: .waiting).code == "queue_timeout")
        #expect(policy.expiry(of: "triage", phase: .accepted).isRetryable)
        #expect(policy.extras(for: .expired(job(.comment, .starting))).comments.map(\.state) == [.unknown])
        #expect(policy.extras(for: .assigned(job(.comment, .starting))).comments.map(\.state) == [.sending])
        #expect(policy.extras(for: .expired(job(.comment, .waiting))).comments.isEmpty)
        #expect(policy.extras(for: .expired(job(.triage, .starting))).comments.isEmpty)
    }

    @Test func `a delivered value with a member too many is refused`() {
        for (source, output, after) in [
            (JobSource.triage, samples.triageOutput, [JSON]()), (.research, samples.researchOutput, nil),
        ] as [(JobSource, JSON, [JSON]?)] {
            let more = JSON.object((output.object ?? [:]).merging(["colour": "red"]))
            let failure = #expect(throws: StageFailure.self) {
                try samples.read(source, more, after: after ?? samples.edited())
            }
            #expect(failure?.code == .invalidOutput)
        }
    }

    @Test func `a stored chart is found under the digest that its posts name`() throws {
        let charts = ChartRegistry()
        let current = try chart("new")
        try charts.addCurrent(current)
        try charts.add(try chart("old"), stored: "digest of an older form")
        #expect(charts.current == current.digest)
        #expect(charts["digest of an older form"]?.interpreter.chart.id == "old")
        #expect(charts.digests == ["digest of an older form", current.digest].sorted())
        let policy = PipelinePolicy(charts: charts, settings: PipelineSettings())
        #expect(policy.interpreter(for: "digest of an older form") != nil)
        #expect(policy.interpreter(for: "another") == nil)
    }
}
