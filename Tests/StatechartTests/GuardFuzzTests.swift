import Foundation
import Testing

@testable import ChartFormat

/// The guard language never crashes, whatever it reads. `REJOINDER_FUZZ_SECONDS` makes it go on for longer,
/// `REJOINDER_FUZZ_SEED` begins elsewhere.
struct GuardFuzzTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test func `no text breaks parser, checker or compiled code`() {
        let seed = Self.number("REJOINDER_FUZZ_SEED") ?? 2026
        let end = ContinuousClock.now + .seconds(Self.number("REJOINDER_FUZZ_SECONDS") ?? 0)
        var fuzz = ExpressionFuzz(seed: seed)
        var counts: [ExpressionFuzz.Outcome: Int] = [:]
        var made = 0
        while made < 20_000 || ContinuousClock.now < end {
            let text = fuzz.next()
            made += 1
            for outcome in ExpressionFuzz.run(text) {
                if case .broken(let why) = outcome {
                    Issue.record("seed \(seed), text \(made): \(why) in \(text.debugDescription)")
                }
                counts[outcome, default: 0] += 1
            }
        }
        print("fuzz: \(made) expressions")
        // A generator that makes only rubbish would test the lexer alone.
        #expect(counts[.value, default: 0] > made / 20, "\(counts)")
        #expect(counts[.failed, default: 0] > made / 20, "\(counts)")
        #expect(counts[.refused, default: 0] > made / 10, "\(counts)")
    }

    @Test func `equal seeds give equal texts`() {
        var (first, second) = (ExpressionFuzz(seed: 7), ExpressionFuzz(seed: 7))
        #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
    }

    /// The deepest that is accepted must leave room on the small stacks of worker threads.
    @Test func `the deepest trees fit a stack of 1 MiB`() {
        let deepest =
            ExpressionFuzz.brackets.flatMap { open, middle, close in
                [16, 31, 32, 33, 50, 80, 140, 150, 160].map { count in
                    String(repeating: open, count: count) + middle + String(repeating: close, count: count)
                }
            } + [String(repeating: "(1*1+1<2&&!", count: 16) + "true" + String(repeating: ")", count: 16)]
        let isDone = DispatchSemaphore(value: 0)
        let thread = Thread {
            for text in deepest { _ = ExpressionFuzz.run(text) }
            isDone.signal()
        }
        thread.stackSize = 1 << 20
        thread.start()
        isDone.wait()
    }
}
