import ChartFormat
import ChartLint
import Foundation
import JSONValue
import Statechart
import Testing

/// Nothing that a file can hold ends the process, hangs it, or gets past the reader half-read.
struct ChartFuzzTests {
    private static let seeds =
        [
            ChildChartTests.text, StatelyExports.form, StatelyExports.elevator, StatelyExports.order,
            untyped(
                """
                context: {n: 0}
                guards: {big: context.n > 3}
                initial: a
                states:
                  a:
                    type: parallel
                    timeout: 5s
                    onTimeout: {target: b, guard: big}
                    states:
                      x: {initial: i, states: {i: {on: {go: j}}, j: {type: final}, h: {type: history, history: deep}}}
                      y: {invoke: {src: probe, timeout: 1s, onDone: '#b', onTimeout: {guard: event.attempt < 2, target: '#c'}, onError: '#b'}}
                  b: {entry: [mark, {type: raise, event: go, delay: 1s, id: r}], exit: {type: cancel, id: r}, after: {1s: c}}
                  c: {type: choice, choice: [{when: big, target: d}, {target: a}]}
                  d: {type: final, output: {n: context.n}}
                """),
        ]

    @Test func `any text is taken or refused, and what is taken runs`() throws {
        let seconds = ProcessInfo.processInfo.environment["REJOINDER_FUZZ_SECONDS"].flatMap(Double.init)
        let end = seconds.map { ContinuousClock.now + .seconds($0) }
        let seed = seconds == nil ? 1 : UInt64(Date.now.timeIntervalSince1970)
        var fuzz = ChartFuzz(seed: seed, seeds: Self.seeds)
        var (count, taken) = (0, 0)
        while end.map({ ContinuousClock.now < $0 }) ?? (count < 5000) {
            count += 1
            if Self.read(fuzz.next(), isForeign: count.isMultiple(of: 2)) { taken += 1 }
        }
        print("fuzz: \(count) chart files")
        #expect(taken > count / 50, "only \(taken) of \(count) texts are charts (seed \(seed))")
        #expect(taken < count - count / 10, "only \(count - taken) of \(count) texts are refused (seed \(seed))")
    }

    /// Reads, lints and starts; true for a chart.
    private static func read(_ text: String, isForeign: Bool) -> Bool {
        let vocabulary = isForeign ? ChartVocabulary.open : Charts.vocabulary
        do {
            let read = try ChartReader.readPlaces(
                text: text, file: "fuzz", vocabulary: vocabulary, dialect: isForeign ? .xstate : .native)
            _ = ChartLinter.findings(in: read, file: "fuzz", vocabulary: vocabulary)
            let interpreter = Interpreter(chart: read.chart, microstepLimit: 50)
            _ = try? interpreter.start(surroundings: Surroundings(now: Charts.moment, settings: Charts.settings))
            return true
        } catch {
            #expect(!error.list.isEmpty, "refused without a reason: \(text)")
            return false
        }
    }
}
