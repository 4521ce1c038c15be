import JSONValue
import Store

extension Int64 {
    static var second: Int64 { 1_000_000 }
}

extension PostState {
    static func sample(
        stage: String = "triage", status: String = "pending", priority: Int = 5, waitsFor: WaitsFor = .person
    ) -> PostState {
        PostState(
            chart: "digest", configuration: ["triage.pending"], context: ["retries": 0, "text": "ä\"\\\n"],
            memory: ["history": []], priority: priority, stage: stage, status: status, waitsFor: waitsFor)
    }
}

extension Submission {
    static func sample(_ id: PostID, community: String = "science", title: String = "A title") -> Submission {
        Submission(
            id: id, source: "reddit", community: community, author: nil, title: title, body: "A body",
            url: "https://example.org/a", permalink: "/r/science/1",
            createdAt: Timestamp(microseconds: 1_700_000_000_000_001),
            score: -3, commentCount: 4, extra: ["flair": "x"])
    }
}

extension TransitionRow {
    static func sample(_ post: PostID, event: String = "submit") -> TransitionRow {
        TransitionRow(
            post: post, revision: 0, event: event, data: ["n": 1, "x": 1.5], origin: "external", actor: "person:ann",
            from: ["triage.pending"], to: ["triage.processing", "watch"],
            guards: [["state": "triage", "guard": "n > 0", "result": true]], effects: [["job": 1]],
            now: Timestamp(microseconds: 1_700_000_000_123_456), chart: "digest", settingsDigest: "settings",
            durationMicroseconds: 17)
    }
}

extension PostWrite {
    static func creation(
        _ id: Int64, community: String = "science", title: String = "A title", state: PostState = .sample()
    ) -> PostWrite {
        let post = PostID(id)
        return PostWrite(
            post: post, expectedRevision: 0, submission: .sample(post, community: community, title: title),
            state: state,
            transitions: [.sample(post)])
    }

    /// Writes into every table that a macrostep can write into.
    mutating func fill(consuming inbox: [Int64] = []) {
        jobs = [.wait(.sample(9))]
        timers = [.set(name: "check", occurrence: 3, delayMicroseconds: .second)]
        results = [ResultRow(post: post, stage: "triage", result: ["a": 1], hash: "h", attempt: "\(post)-9/1")]
        comments = [.sample(post)]
        limits = [LimitWrite(key: "account", nextAt: Timestamp(microseconds: 2_000_000_000_000_000))]
        deliveries = [.sample(post)]
        costs = [.sample(post)]
        consumedInbox = inbox
        emitted = [InboxEvent(post: post, event: "hello", data: ["a": [1, .null]], actor: "service")]
    }
}

extension JobWrite.Wait {
    static func sample(
        _ number: Int = 1, attempt: Int = 0, source: String = "triage", priority: Int = 5,
        queue: Int64 = 600 * .second
    ) -> JobWrite.Wait {
        JobWrite.Wait(
            number: number, attempt: attempt, invocation: "triage#1", source: source, stage: "triage",
            input: ["claims": ["one"]],
            priority: priority, community: "science", timeoutMicroseconds: 120 * .second, queueMicroseconds: queue)
    }
}

extension JobWrite.Assign {
    static func sample(
        _ number: Int = 1, attempt: Int, endpoint: String = "one", epoch: Int64 = 1, timeout: Int64 = 120 * .second,
        silence: Int64 = 30 * .second
    ) -> JobWrite.Assign {
        JobWrite.Assign(
            number: number, attempt: attempt, endpoint: endpoint, epoch: epoch, timeoutMicroseconds: timeout,
            silenceMicroseconds: silence)
    }
}

extension CommentRow {
    static func sample(_ post: PostID, state: State = .queued, account: String = "bot") -> CommentRow {
        CommentRow(
            account: account, post: post, state: state, attempt: "\(post)-1/1", mark: "mark", bodyHash: "hash",
            detail: ["why": "x"])
    }
}

extension DeliveryRow {
    static func sample(_ post: PostID, verdict: Verdict = .counted) -> DeliveryRow {
        DeliveryRow(
            job: JobKey(post: post, number: 1), attempt: 1, deliveryID: "d", bodyHash: "h", body: [0, 255, 10],
            verdict: verdict)
    }
}

extension CostRow {
    static func sample(_ post: PostID) -> CostRow {
        CostRow(
            post: post, stage: "triage", attempt: "\(post)-1/1", endpoint: "one", model: "m", inputTokens: 10,
            outputTokens: 2, microdollars: 7)
    }
}

extension EndpointRow {
    static func sample(_ name: String, capabilities: [String] = ["triage", "research"]) -> EndpointRow {
        EndpointRow(
            name: name, url: "http://\(name)/jobs", wireProtocol: "callback", model: "m", capabilities: capabilities,
            maxConcurrent: 3, inputPrice: 100, outputPrice: 200, preference: 1)
    }
}
