import Glibc
import JSONValue
import Postgres
import Store
import TestSupport
import Testing

/// Hard cases, one after the other and by themselves: they look at seconds.
@Suite(.serialized, .tags(.system), .timeLimit(.minutes(10)))
struct Faults {}

/// Two service processes on one database, behind one address for callbacks.
final class FaultNodes: Sendable {
    static let names = ["fault-1", "fault-2"]

    let rig: Rig
    private let ports: [UInt16]
    private let callbacks: TCPProxy

    init(_ rig: Rig) throws {
        self.rig = rig
        ports = try Self.names.map { _ in try freePort() }
        callbacks = try TCPProxy(to: ports)
        rig.set("listen.public_url", "http://127.0.0.1:\(callbacks.port)")
    }

    var urls: [String] { ports.map { "http://127.0.0.1:\($0)" } }

    func start(
        _ index: Int, _ own: [String: String] = [:], environment: [String: String] = [:]
    ) async throws -> ServiceProcess {
        let settings = ["node": Self.names[index], "listen.port": "\(ports[index])"].merging(own) { $1 }
        return try await rig.start(Self.names[index], settings, environment: environment)
    }

    /// Settings under which leases are short and no stage gives up.
    static func plan(_ settings: [String: String] = [:]) -> Rig.Plan {
        var plan = Rig.Plan(
            reddit: ["--engagement-speed", "100"], chats: [["--duration", "0.05"]], agent: ["--duration", "0.2"],
            concurrent: 16)
        plan.settings = ["engine.lease": "2s", "reddit.communities": "", "engagement.ages": "300ms"]
        for source in ["triage", "research", "response", "editorial", "comment", "reconcile", "engagement"] {
            plan.settings["\(source).max_retries"] = "50"
        }
        plan.settings.merge(settings) { $1 }
        return plan
    }

    /// Waits until a node owns everything that can be owned.
    static func untilOwner(_ index: Int, _ url: String) async throws {
        try await eventually("\(names[index]) owns every endpoint", within: .seconds(15)) {
            try await ChaosCluster.query(
                url, "SELECT count(*) FILTER (WHERE owner IS DISTINCT FROM \(names[index])) AS n FROM endpoints")[0]
                .int("n") == 0
        }
    }

    /// Waits until the database knows of so many posts that have ended.
    static func untilEnded(_ count: Int, _ url: String) async throws {
        try await eventually("\(count) posts have ended", within: .seconds(90), every: .milliseconds(100)) {
            try await ended(url) >= count
        }
    }

    static func ended(_ url: String) async throws -> Int {
        try await ChaosCluster.query(url, "SELECT count(*) AS n FROM posts WHERE queue_stage = 'closed'")[0].int("n")
    }

    /// Makes a post known to the fake Reddit and submits it.
    static func submit(_ number: Int64, _ service: ServiceProcess, _ rig: Rig) async throws -> PostID {
        let id = PostID(8_500_000_000 + number)
        let answer = try await JSONClient.ask(
            "POST", (rig.reddit?.url ?? "") + "/_control/posts",
            [
                "posts": [
                    [
                        "name": JSON(id.fullname), "subreddit": "science", "title": .string(Posts.claim),
                        "selftext": "The report says so on page 12.",
                    ]
                ]
            ])
        #expect(answer.status == 200)
        let submitted = try await JSONClient.ask(
            "POST", service.url + "/v1/posts",
            [
                "id": JSON(id.fullname), "title": .string(Posts.claim), "body": "The report says so on page 12.",
                "community": "science",
            ])
        #expect(submitted.status == 201)
        return id
    }
}
