import TestSupport
import Testing

/// Real processes and a real Postgres under load, while both are hurt. A suite of its own: it wants the machine.
@Suite(.serialized, .tags(.system), .timeLimit(.minutes(ChaosPlan.given.limitInMinutes)))
struct Chaos {
    @Test func `whatever is killed, frozen, cut or kept silent, nothing is lost, doubled or stuck`() async throws {
        let plan = ChaosPlan.given
        print("chaos: seed \(plan.seed)")
        let report = try await ChaosRun.run(plan)
        print(report.text)
        print("chaos-json \(report.json.text)")
        #expect(report.isDrained)
        #expect(report.audit.lost == [])
        #expect(report.audit.doubled == [])
        #expect(report.audit.stuck == [])
        #expect(report.audit.broken == [])
        // Otherwise the run has not been hard enough to say anything.
        #expect(report.audit.published > 0 && report.audit.unknownOutcomes > 0)
        #expect(ChaosFault.allCases.allSatisfy { report.count(of: $0) > 0 })
    }
}
