import Engine
import JSONValue
import Store
import Threads

/// Reddit: it knows no idempotency keys, and keeps whatever reaches it.
struct CommentThread {
    private(set) var comments: [PostID: [String]] = [:]

    func has(_ post: PostID) -> Bool { comments[post] != nil }

    mutating func add(_ post: PostID, attempt: String) { comments[post, default: []].append(attempt) }
}

extension World {
    /// Whether our mark stands in the thread.
    func look(_ post: PostID, _ node: SimulatedNode, _ reply: Reply<Bool>) {
        let isLost = !isHealed && dice.chance(6)
        after(20_000 + dice.span(upTo: isHealed ? 100_000 : 2_500_000)) { [self] in
            tally[.law9Comments] += 1
            let found = thread.has(post)
            guard node.isAlive else { return }
            scheduler.within(node.place) { reply.resolve(isLost ? .failure(CancellationError()) : .success(found)) }
        }
    }

    /// The longest time that a comment may be on its way: the rest of a lease that is young still.
    static let longestWay: Int64 = 1_200_000

    func send(_ assignment: Assignment, _ node: SimulatedNode, _ reply: Reply<PerformOutcome>) {
        let fate = isHealed ? 0 : dice.weighted([60, 15, 8, 10, 7])
        note("\(node.name) sends the comment of \(assignment.job.key): \(fate)", Int64(fate))
        let answer: Answer = { [self] outcome in
            guard node.isAlive else { return }
            scheduler.within(node.place) { reply.resolve(.success(outcome)) }
        }
        let unknown = JobFailure(code: "unknown_outcome", message: "the answer was lost", isRetryable: false)
        after(10_000 + Int64(dice.below(Int(Self.longestWay - 10_000)))) { [self] in
            switch fate {
            case 0:
                arrive(assignment)
                answer(.completed(Self.posted(assignment)))
            case 1:
                arrive(assignment)
                answer(.failed(unknown))
            case 2: answer(.failed(unknown))
            case 3:
                tally[.endpointFaults] += 1
                answer(.endpointFault(code: "429", message: "slow down", retryAfter: .seconds(2)))
            default: if dice.chance(50) { arrive(assignment) }
            }
        }
    }

    private func arrive(_ assignment: Assignment) {
        sees(assignment)
        let post = assignment.job.key.post
        tally[.comments] += 1
        thread.add(post, attempt: "\(assignment.job.key)/\(assignment.job.attempt)")
        note("  the comment of \(post) is there", post.rawValue)
        // A clock that is set forwards ends leases early by everybody's watch: no owner can know.
        guard let all = thread.comments[post], all.count > 1, !plan.clockJumps else { return }
        fail("law 9", "post \(post) has \(all.count) comments: \(all)")
    }

    static func posted(_ assignment: Assignment) -> Completion {
        Agents.completion(
            of: assignment.job, facts: ["outcome": "posted", "mode": "live", "comment_id": "t1_x"], microdollars: 0)
    }
}
