import JSONValue
import Statechart
import Store

/// What comes in from outside.
extension Engine {
    /// Creates posts; those that exist are left alone. Returns the ids that are new, committed.
    package func create(_ posts: [NewPost], actor: String) async throws -> Set<PostID> {
        let works = posts.map { Work(post: $0.submission.id, kind: .create($0), actor: actor) }
        var created: Set<PostID> = []
        var failure: (any Error)?
        for (work, result) in zip(works, await gate.take(works)) {
            switch result {
            case .success(.taken): created.insert(work.post)
            case .success(.broken(let error)): failure = error
            case .success: break
            case .failure(let error): failure = error
            }
        }
        if let failure { throw failure }
        return created
    }

    /// Triggers a transition from outside: a person or a tool. With an `expectedRevision` only the macrostep that is made
    /// from that very revision counts.
    package func trigger(
        _ event: String, data: JSONObject, post: PostID, actor: String, expectedRevision: Int64? = nil
    ) async throws -> WorkOutcome {
        try refuseWhenDraining()
        return try await gate.take(
            Work(
                post: post, kind: .event(Event(event, data: data), inbox: nil), actor: actor,
                expectedRevision: expectedRevision))
    }

    /// The end of an attempt, delivered by a webhook. Returns only after the commit.
    package func deliver(
        _ result: Result<Completion, JobFailure>, job: JobKey, attempt: Int, delivery: Delivery, actor: String
    ) async throws -> WorkOutcome {
        try refuseWhenDraining()
        let finish = Finish(job: job.number, attempt: attempt, result: result, delivery: delivery)
        return try await gate.take(Work(post: job.post, kind: .finish(finish), actor: actor))
    }

    /// Whether a job was ever given out, also one that has ended.
    package func standing(of job: JobKey) async throws -> JobStanding {
        guard let row = try await store.posts([job.post]).first else { return .unknownPost }
        return Instance(row)?.jobs[job.number] == nil ? .unknownJob : .known
    }

    /// How many inputs wait in the lanes.
    package var depth: Int { gate.depth }

    func refuseWhenDraining() throws(EngineError) {
        if isDraining.withLock({ $0 }) { throw EngineError(.stopping, "the service is stopping") }
    }
}

/// What a post remembers of a job number.
package enum JobStanding: Sendable { case known, unknownJob, unknownPost }
