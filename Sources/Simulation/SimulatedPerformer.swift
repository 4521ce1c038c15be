import Engine
import JSONValue
import Store
import Threads

/// A node's way to the endpoints.
struct SimulatedPerformer: Performer {
    let world: World
    let node: SimulatedNode

    func canPerform(_ wireProtocol: String) -> Bool { wireProtocol == "simulated" }
    func isRepeatable(_ source: String) -> Bool { source != "comment" }

    func perform(_ assignment: Assignment) async -> PerformOutcome {
        if assignment.job.source == "comment" { return await comment(assignment) }
        let reply = Reply<PerformOutcome>()
        world.start(assignment, from: node, reply)
        return await outcome(reply)
    }

    private func outcome(_ reply: Reply<PerformOutcome>) async -> PerformOutcome {
        do {
            return try await reply.value
        } catch {
            return .endpointFault(code: "cut", message: "the attempt was cut off", retryAfter: nil)
        }
    }

    /// As the poster does it: looks for the mark, asks whether the lease is young, sends.
    private func comment(_ assignment: Assignment) async -> PerformOutcome {
        let began = world.now
        world.begins(assignment, node)
        let look = Reply<Bool>()
        world.look(assignment.job.key.post, node, look)
        guard let isThere = try? await look.value else {
            return .endpointFault(code: "unreachable", message: "the thread cannot be read", retryAfter: nil)
        }
        if isThere { return .completed(World.posted(assignment)) }
        guard world.now - began < 5_000_000, assignment.isLeaseYoung(), !Task.isCancelled else {
            return .endpointFault(code: "stale_lease", message: "the lease may be gone", retryAfter: nil)
        }
        let reply = Reply<PerformOutcome>()
        world.send(assignment, node, reply)
        return await outcome(reply)
    }
}
