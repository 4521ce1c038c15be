import ChartFormat
import Statechart
import TestSupport
import Testing

/// W3C's SCXML 1.0 implementation report plan.
@Suite(.tags(.sharedData), .reads(ConformanceCase.folder, documents: 169))
struct ConformanceTests {
    @Test(arguments: ConformanceCase.automated)
    func `a document of the plan ends in the state 'pass'`(test: ConformanceCase) throws {
        #expect(ConformanceVerdict.automated(test) == .passed)
    }

    @Test(arguments: ConformanceCase.manual)
    func `a document that a person would judge is judged by a rule`(test: ConformanceCase) throws {
        let rule = try #require(ManualRule.all[test.name], "there is no rule for \(test.file)")
        #expect(ConformanceVerdict.manual(test, rule) == rule.expected)
    }

    @Test func `the plan's whole list is there`() {
        #expect(ConformanceCase.all.count == 202)
        #expect(ConformanceCase.automated.count == 161)
        #expect(ConformanceCase.manual.count == 8)
    }
}
