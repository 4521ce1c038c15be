import Engine
import Store

extension EngineRig {
    /// Brings the good result of an attempt that was accepted.
    func finish(
        _ attempt: Assignment, costing microdollars: Int64 = 0, deciding decision: String = "watch"
    ) async throws {
        let (job, endpoint) = (attempt.job, attempt.endpoint.name)
        let cost = CostRow(
            post: job.key.post, stage: "triage", attempt: "\(job.key)/\(job.attempt)", endpoint: endpoint, model: "",
            inputTokens: 0, outputTokens: 0, microdollars: microdollars)
        let outcome = try await engine.deliver(
            .success(
                Completion(
                    facts: ["decision": .string(decision)], extras: Extras(costs: microdollars > 0 ? [cost] : []))),
            job: job.key, attempt: job.attempt, delivery: Delivery(id: "a", bodyHash: "h", body: []),
            actor: "endpoint:\(endpoint)")
        guard case .taken = outcome else { throw RigFailure(description: "\(outcome)") }
    }
}
