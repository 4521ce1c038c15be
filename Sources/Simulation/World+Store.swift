import JSONValue
import Store
import Threads

/// Calls of the store on their way: late, failed before anything is written, or answered to nobody after it is.
extension World {
    private enum Fate {
        case answered, failed, lostReply
        /// The caller is told of a doubt while the old transaction is at work still.
        case lostRequest
        case contention
    }

    func send<Value: Sendable>(
        _ call: StoreCall, from node: SimulatedNode,
        _ body: @escaping (inout MemoryDatabase, Timestamp) throws -> Value, _ reply: Reply<Value>
    ) {
        guard node.isAlive else { return reply.resolve(.failure(Self.closed)) }
        tally[.storeCalls] += 1
        let ticket = node.opens { reply.resolve(.failure(Self.closed)) }
        let answer: (Result<Value, any Error>) -> Void = { [self] result in
            node.closes(ticket)
            scheduler.within(node.place) { reply.resolve(result) }
        }
        let fate = fate(of: call)
        after(latency()) { [self] in
            if crashes(node, call) { return }
            arrive(call, node, fate, body, answer)
            if node.isAlive, dice.rarely(rates.crash) {
                tally[.crashesInCalls] += 1
                crash(node)
            }
        }
    }

    private static var closed: StoreError { StoreError(.closed, "the process is gone") }

    /// A process that is gone gets no answer; what it had sent may be carried out all the same.
    private func crashes(_ node: SimulatedNode, _ call: StoreCall) -> Bool {
        if node.isAlive, dice.rarely(rates.crash) {
            tally[.crashesInCalls] += 1
            crash(node)
        }
        return !node.isAlive && (!call.isWrite || dice.chance(50))
    }

    private func latency() -> Int64 {
        guard dice.rarely(rates.slow) else { return 200 + Int64(dice.below(2500)) }
        tally[.slowCalls] += 1
        return dice.span(upTo: 4_000_000)
    }

    private func fate(of call: StoreCall) -> Fate {
        if now < outageUntil || dice.rarely(rates.failure) { return .failed }
        guard call.isWrite else { return .answered }
        if dice.rarely(rates.lostReply) { return .lostReply }
        guard case .commit = call.kind else { return .answered }
        if dice.rarely(rates.lostRequest) { return .lostRequest }
        return dice.rarely(rates.contention) ? .contention : .answered
    }

    private func arrive<Value: Sendable>(
        _ call: StoreCall, _ node: SimulatedNode, _ fate: Fate,
        _ body: @escaping (inout MemoryDatabase, Timestamp) throws -> Value,
        _ answer: @escaping (Result<Value, any Error>) -> Void
    ) {
        switch fate {
        case .failed:
            tally[.failedCalls] += 1
            answer(.failure(StoreError(.unavailable, "the database cannot be reached")))
        case .contention:
            tally[.contention] += 1
            answer(.failure(StoreError(.contention, "a lock was not had in time")))
        case .answered: answer(execute(call, node, body))
        case .lostReply:
            let result = execute(call, node, body)
            // A transaction that the database refuses has no COMMIT whose answer could be lost.
            if case .failure(let error) = result { return answer(.failure(error)) }
            tally[.lostReplies] += 1
            note("  the answer is lost")
            answer(.failure(StoreError(.inDoubt, "the answer to COMMIT was lost")))
        case .lostRequest:
            guard case .commit(let batch) = call.kind else { return answer(execute(call, node, body)) }
            tally[.lostRequests] += 1
            lateCommits[batch.id] = { [self] in _ = execute(call, node, body) }
            after(Int64(dice.below(3_000_000))) { [self] in settleLate(batch.id) }
            answer(.failure(StoreError(.inDoubt, "the connection broke at COMMIT")))
        }
    }

    /// The old transaction ends: who asks about it waits for that.
    private func settleLate(_ batch: String) {
        guard let late = lateCommits.removeValue(forKey: batch), dice.chance(60) else { return }
        late()
    }

    private func execute<Value>(
        _ call: StoreCall, _ node: SimulatedNode, _ body: (inout MemoryDatabase, Timestamp) throws -> Value
    ) -> Result<Value, any Error> {
        let at = databaseNow
        switch call.kind {
        case .winners(let batch): settleLate(batch)
        case .dueTimers, .dueJobs: laws.noteDue(database, at: at)
        case .read, .write, .commit: break
        }
        let before = FormerRows(call, database)
        let result = Result { try body(&database, at) }
        note(
            "\(node.name) \(call.name) \(describe(call, result))", Int64(node.place), Int64(call.name.utf8.count),
            call.order)
        if case .commit(let batch) = call.kind {
            if case .success(let value) = result, let result = value as? CommitResult {
                committed(batch, result, node, before)
            } else if case .failure(let error as StoreError) = result {
                if error.code == .staleLease { tally[.law8Fenced] += 1 }
            }
        }
        return result
    }

    private func describe<Value>(_ call: StoreCall, _ result: Result<Value, any Error>) -> String {
        if case .failure(let error) = result { return "→ \(error)" }
        guard case .commit(let batch) = call.kind, case .success(let value) = result,
            let result = value as? CommitResult
        else { return "" }
        return batch.writes.map { write in
            let steps = write.transitions.map { "\($0.event) [\($0.origin)] → \($0.to.joined(separator: "+"))" }
            let fate = result.winners.contains(write.post) ? "" : " LOST"
            return "\(write.post)@\(write.expectedRevision)\(fate): \(steps.joined(separator: "; "))"
        }.joined(separator: " | ")
    }
}
