import JSONValue
import Statechart
import Store

extension Instance {
    /// Derives the queue columns from the new configuration's `meta`.
    mutating func updateColumns(_ step: Macrostep, now: Timestamp) {
        let stage = step.meta["stage"]?.string ?? state.stage
        let status = step.meta["status"]?.string ?? state.status
        if stage != state.stage || status == "completed" || step.isFinal { state.processedAt = now }
        state.stage = stage
        state.status = status
        state.retryCount = Int(step.snapshot.context["retries"]?.int ?? 0)
        state.waitsFor = step.isFinal ? .nothing : step.waitsForPerson ? .person : .work
        state.metadata["parked"] = nil
        if step.isFinal { state.metadata["held"] = nil }
    }

    mutating func assign(_ endpoint: String, at now: Timestamp) {
        state.assignedTo = endpoint
        state.assignedAt = now
    }

    mutating func unassign() {
        state.assignedTo = nil
        state.assignedAt = nil
    }
}
