/// What must be at hand to read the result of a job.
package struct JobFile: Sendable {
    package var job: JobRow
    /// Nil when it was purged.
    package var submission: Submission?
    /// Results of the post's stages, oldest first.
    package var results: [ResultRow]

    package init(job: JobRow, submission: Submission?, results: [ResultRow]) {
        self.job = job
        self.submission = submission
        self.results = results
    }
}

extension StoreClaims where Self: StoreReads {
    /// One file after the other: a store that can read them together does so.
    package func files(_ keys: [JobKey]) async throws -> [JobFile] {
        var files: [JobFile] = []
        for key in keys {
            guard let job = try await job(key) else { continue }
            files.append(
                JobFile(job: job, submission: try await submission(key.post), results: try await results(key.post)))
        }
        return files
    }
}

/// That an endpoint has taken an attempt on.
package struct Acceptance: Sendable, Hashable {
    package var key: JobKey
    package var attempt: Int
    package var epoch: Int64
    package var remoteID: String?

    package init(key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) {
        self.key = key
        self.attempt = attempt
        self.epoch = epoch
        self.remoteID = remoteID
    }
}

extension StoreClaims {
    /// One after the other: a store that can write them together does so.
    package func recordAccepted(_ acceptances: [Acceptance]) async throws -> Set<JobKey> {
        var counted: Set<JobKey> = []
        for acceptance in acceptances {
            let isCounted = try await recordAccepted(
                acceptance.key, attempt: acceptance.attempt, epoch: acceptance.epoch, remoteID: acceptance.remoteID)
            if isCounted { counted.insert(acceptance.key) }
        }
        return counted
    }
}
