import Crypto
import JSONValue
import Pipeline
import Store

/// Reads what endpoints push without telling the result: notifications about one job, and webhooks of a whole provider.
/// Both are hints; what is so is asked for.
package struct WebhookDesk: Sendable {
    private let caller: EndpointCaller
    private let store: any Store
    private let poller: JobPoller
    private let silence: @Sendable (_ source: String) -> Duration

    package init(
        caller: EndpointCaller, store: any Store, poller: JobPoller,
        silence: @escaping @Sendable (_ source: String) -> Duration
    ) {
        self.caller = caller
        self.store = store
        self.poller = poller
        self.silence = silence
    }

    /// What a notification about an attempt is signed by, where the peer knows no signatures: it sends back one of these.
    package static func tokens(_ secret: WebhookSecret) -> (token: String, bearer: String) {
        (secret.token("a2a token"), secret.token("a2a bearer"))
    }

    /// Takes a notification about an attempt; false when it is of no known shape.
    package func push(_ body: JSON, job: JobKey, attempt: Int) async throws -> Bool {
        guard let push = A2APush(body) else { return false }
        guard let row = try await store.job(job) else { return true }
        if push.isEnd {
            try await poller.hint(job, attempt: attempt, remoteID: push.taskID)
        } else {
            _ = try await store.recordProgress(
                job, attempt: attempt, silenceMicroseconds: silence(row.source).microseconds, progress: push.progress)
        }
        return true
    }

    /// The secrets that sign an endpoint's webhooks, the current one and those before; empty where it has none.
    package func secrets(of endpoint: String) -> [WebhookSecret] { caller.credentials(endpoint).webhooks }

    /// Takes a verified webhook of an endpoint: `{"type": "response.completed", "data": {"id": "resp_…"}}`. Types that are
    /// not known are nobody's concern here.
    package func webhook(_ body: JSON, from endpoint: String) async throws {
        guard body["type"]?.string?.hasPrefix("response.") == true, let id = body["data"]?["id"]?.string,
            let row = try await store.endpointRows().first(where: { $0.name == endpoint }),
            let wire = EndpointProtocols.named(row.wireProtocol),
            let call = wire.poll(RemoteJob(url: row.url, id: id, credentials: caller.credentials(endpoint))),
            let response = try? await caller.send(call, timeout: .seconds(30)), response.status == 200,
            let json = try? JSON.parse(response.body), let origin = ResponsesProtocol.origin(json),
            let job = JobKey(origin.job), try await store.job(job)?.endpoint == endpoint
        else { return }
        try await poller.hint(job, attempt: origin.attempt, remoteID: id)
    }
}
