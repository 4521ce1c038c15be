import Foundation
import TestSupport
import Testing

/// Documents broken at random. `REJOINDER_FUZZ_SECONDS` makes the search longer, with seeds of its own.
@Suite struct SCXMLFuzzTests {
    @Test(arguments: 1...5) func `a thousand broken documents crash nothing`(seed: UInt64) {
        var fuzz = SCXMLFuzz(seed: seed)
        for _ in 0..<1000 { fuzz.step() }
        #expect(
            fuzz.taken > 100, "hardly any document was taken: the mutations break too much to reach the interpreter")
    }

    private static let seconds = ProcessInfo.processInfo.environment["REJOINDER_FUZZ_SECONDS"].flatMap(Double.init) ?? 0

    @Test func `broken documents crash nothing for as long as was asked for`() {
        let end = Date(timeIntervalSinceNow: Self.seconds)
        var count = 0
        var seed = UInt64(Date.now.timeIntervalSince1970)
        while Date.now < end {
            print("fuzz: seed \(seed)")
            var fuzz = SCXMLFuzz(seed: seed)
            for _ in 0..<1000 { fuzz.step() }
            count += 1000
            seed += 1
        }
        if count > 0 { print("fuzz: \(count) documents") }
    }
}
