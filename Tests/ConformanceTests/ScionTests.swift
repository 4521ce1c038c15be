import TestSupport
import Testing

/// SCION's own charts.
@Suite(.tags(.sharedData), .reads(ScionCase.folder, documents: 118))
struct ScionTests {
    @Test(arguments: ScionCase.run)
    func `a chart is in the states that its script says`(test: ScionCase) throws {
        #expect(try test.difference() == nil)
    }

    @Test(arguments: ScionCase.withScript)
    func `a chart with a script is refused`(test: ScionCase) throws {
        #expect(throws: (any Error).self) { try test.chart() }
    }

    @Test func `all charts are there`() {
        #expect(ScionCase.all.count == 127)
        #expect(ScionCase.run.count == 118)
    }
}
