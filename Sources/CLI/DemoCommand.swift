import ArgumentParser
import Crypto
import Foundation
import HTTPServer
import Logging
import Pipeline
import Service
import Store

/// A whole service on this machine: a fake Reddit with made-up posts, a chat endpoint and a research agent, each a process
/// of its own.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Runs the service with a made-up Reddit and built-in agents.",
        discussion: "Nothing leaves this machine. The database is kept in the data folder from run to run.")

    @OptionGroup var options: SettingsOptions
    @Option(help: "Made-up posts at the start.") var posts = 40
    @Option(help: "Seconds between new posts.") var interval = 15.0
    @Option(help: "Seconds that a research job takes.") var research = 3.0
    @Option(help: "Folder with recorded exchanges to serve instead of made-up posts.") var recordings: String?

    func run() async throws {
        let secret = WebhookSecret(bytes: Digest.randomBytes(32)).exposed
        let fakes = try Fakes(self, secret: secret)
        defer { fakes.stop() }
        let secrets = [
            "REJOINDER_SECRET_DEMO_RESEARCH": secret, "REJOINDER_REDDIT_CLIENT_SECRET": "fake-client-secret",
            "REJOINDER_REDDIT_PASSWORD": "fake-password",
        ]
        var settings = try options.load(defaults: defaults(fakes), environment: secrets)
        if settings.endpoints.isEmpty { settings.endpoints = endpoints(fakes) }
        LogSetup.start(settings.values)
        let signals = StopSignals.stream()
        let service = try await start(settings)
        let watch = Task { await Self.announce(service) }
        Terminal.say(banner(service, fakes))
        await Running.run(service, until: signals)
        watch.cancel()
    }

    /// On the wished port, else on any free one.
    private func start(_ settings: ServiceSettings) async throws -> RunningService {
        let logger = Logger(label: "rejoinder")
        do {
            return try await Composition(settings, logger: logger).start()
        } catch let error as HTTPServerError where error.code == .portTaken && options.port == nil {
            Terminal.complain("port \(settings.values.text("listen.port")) is taken: using a free one")
            return try await Starting.start(settings.with("listen.port", "0"), logger: logger)
        } catch {
            // Once more, for an error that says what to do.
            return try await Starting.start(settings, logger: logger)
        }
    }

    private func defaults(_ fakes: Fakes) -> [String] {
        [
            "log.level=warning", "posting.mode=auto", "posting.account_gap=2s", "posting.community_gap=4s",
            "posting.max_per_day_account=0", "posting.max_per_day_community=0",
            "posting.reconcile_after=5s", "poll_interval=1s", "engagement.ages=20s, 40s, 60s",
            "reddit.account=rejoinder_bot", "reddit.client_id=rejoinder", "reddit.api_url=\(fakes.reddit.url)",
            "reddit.token_url=\(fakes.reddit.url)", "reddit.scan_interval=5s", "reddit.communities=all",
        ]
    }

    private func endpoints(_ fakes: Fakes) -> [EndpointSettings] {
        let chat = EndpointRow(
            name: "demo-chat", url: fakes.chat.url, wireProtocol: "chat", model: "demo",
            capabilities: ["triage", "response", "editorial"], maxConcurrent: 4, inputPrice: 150_000,
            outputPrice: 600_000)
        let agent = EndpointRow(
            name: "demo-research", url: fakes.agent.url + "/jobs", wireProtocol: "callback", model: "demo",
            capabilities: ["research"], maxConcurrent: 4)
        return [
            EndpointSettings(row: chat),
            EndpointSettings(row: agent, signing: .environment("REJOINDER_SECRET_DEMO_RESEARCH")),
        ]
    }

    private func banner(_ service: RunningService, _ fakes: Fakes) -> String {
        """

          Rejoinder runs.

            pages      \(service.url)/
            API        \(service.url)/v1/posts   \(service.url)/queue/status
            database   \(service.settings.databaseForPeople)
            posting    \(service.settings.pipeline.posting.mode.rawValue), to the fake Reddit at \(fakes.reddit.url)
            agents     chat at \(fakes.chat.url), research by webhook at \(fakes.agent.url)
            stop       Ctrl-C; everything goes on where it was at the next start

        """
    }

    /// Says when the first post has come through.
    private static func announce(_ service: RunningService) async {
        var filter = PostFilter()
        filter.stage = Stage.published.rawValue
        while !Task.isCancelled {
            if let post = try? await service.store.listPosts(filter, after: nil, limit: 1).first {
                Terminal.say("  published: \"\(post.title.prefix(70))\" → \(service.url)/posts/\(post.row.id)\n")
                return
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// The three far sides.
    private struct Fakes {
        let reddit: FakeProcess
        let chat: FakeProcess
        let agent: FakeProcess

        init(_ demo: DemoCommand, secret: String) throws {
            let content =
                demo.recordings.map { ["--recordings", $0, "--waves", "3"] }
                ?? ["--made-up", "\(demo.posts)", "--interval", "\(demo.interval)"]
            reddit = try FakeProcess(["reddit", "--engagement-speed", "60", "--quota", "100000"] + content)
            chat = try FakeProcess(["llm", "--role", "chat", "--duration", "0.3"])
            agent = try FakeProcess(
                ["llm", "--role", "research", "--duration", "\(demo.research)", "--secret-env", "FAKE_AGENT_SECRET"],
                environment: ["FAKE_AGENT_SECRET": secret])
        }

        func stop() {
            for fake in [reddit, chat, agent] { fake.stop() }
        }
    }
}
