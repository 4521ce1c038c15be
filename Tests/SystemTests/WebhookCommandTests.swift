import Glibc
import HTTPServer
import JSONValue
import TestSupport
import Testing
import Threads

extension ShortRuns {
    /// Outgoing webhooks of the real binary, as operators handle them, and under kill -9.
    @Suite struct WebhookCommandTests {
        /// Takes webhooks, or keeps whoever sends one waiting.
        private final class Receiver: Sendable {
            let ids = Shared<[String]>([])
            let isDeaf = Shared(false)
            let server: HTTPServer
            var place: String { "127.0.0.1:\(server.port)" }

            init() throws {
                let (ids, isDeaf) = (ids, isDeaf)
                server = try HTTPServer { request in
                    ids.withLock { $0.append(request.headers["webhook-id"] ?? "") }
                    if isDeaf.value { try? await Reply<Void>().value }
                    return ServerResponse(status: 204)
                }
            }

            func count(of id: String) -> Int { ids.value.count { $0 == id } }
        }

        private func command(_ words: [String], _ service: ServiceProcess, _ rig: Rig) async throws -> Command {
            try await Command.run(
                ["webhook", "subscriptions"] + words + ["--server", service.url], folder: rig.folder.path)
        }

        private func withReceiver(
            _ kind: DatabaseKind, _ body: @escaping @Sendable (Rig, Receiver) async throws -> Void
        ) async throws {
            let receiver = try Receiver()
            var plan = Rig.Plan(chats: [])
            plan.settings["webhooks.allowed_hosts"] = receiver.place
            plan.settings["webhooks.poll"] = "50ms"
            let rig = try await Rig.make(kind, plan)
            try await rig.explained { try await body(rig, receiver) }
            await receiver.server.close(grace: .milliseconds(100))
        }

        @Test(arguments: DatabaseKind.allCases)
        func `a kill between the request and its answer sends the same webhook again`(
            _ kind: DatabaseKind
        ) async throws {
            try await withReceiver(kind) { rig, receiver in
                let service = try await rig.start()
                let url = "http://\(receiver.place)/hook"
                let added = try await command(["add", url, "--event", "*", "-o", "json"], service, rig)
                #expect(added.exit == .code(0), "\(added.errors)")
                let id = try JSON.parse(Array(added.output.utf8))["id"]?.string ?? ""
                receiver.isDeaf.set(true)
                try await JSONClient.ask("POST", service.url + "/v1/posts", ["title": "90% of plastic", "id": 42])
                try await eventually("the request is under way") { receiver.count(of: "\(id)-42-1") == 1 }
                service.process.signal(SIGKILL, toGroup: true)
                try await service.process.waitForExit()
                receiver.isDeaf.set(false)
                let next = try await rig.start()
                try await eventually("the same comes again", within: .seconds(30)) {
                    receiver.count(of: "\(id)-42-1") == 2
                }
                try await eventually("it is written down") {
                    let rows = try await JSONClient.get(next.url + "/v1/webhooks/\(id)/deliveries?state=pending")
                    return rows["deliveries"] == []
                }
                try await next.stop()
                let last = try await rig.start()
                try await JSONClient.ask("POST", last.url + "/v1/posts", ["title": "90% of plastic", "id": 43])
                try await eventually("later ones come") { receiver.count(of: "\(id)-43-1") == 1 }
                #expect(receiver.count(of: "\(id)-42-1") == 2)
                try await last.stop()
            }
        }

        @Test func `operators add, look at, try, change, exchange and remove webhooks`() async throws {
            try await withReceiver(.sqlite) { rig, receiver in
                let service = try await rig.start()
                let url = "http://\(receiver.place)/hook"
                let none = try await command(["list"], service, rig)
                #expect(none.exit == .code(0) && none.output.contains("nothing here"))
                let refused = try await command(["add", "http://10.0.0.1/", "--event", "*"], service, rig)
                #expect(refused.exit == .code(1) && refused.errors.contains("must begin with https://"))
                let mute = try await command(["add", url], service, rig)
                #expect(mute.exit == .code(64) && mute.errors.contains("--event"))
                let added = try await command(["add", url, "--event", "post.created", "--label", "desk"], service, rig)
                #expect(added.output.contains("told of: post.created") && added.output.contains("secret: whsec_"))
                let list = try await command(["list"], service, rig)
                let id = list.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("wh") }.map(String.init)
                let hook = try #require(id)
                #expect(list.output.contains("desk") && !list.output.contains("whsec_"))
                #expect(try await command(["test", hook], service, rig).output.contains("taken: HTTP 204"))
                try await JSONClient.ask("POST", service.url + "/v1/posts", ["title": "90% of plastic", "id": 42])
                try await eventually("the news") { receiver.count(of: "\(hook)-42-1") == 1 }
                let again = try await command(["replay", hook, "--delivery", "\(hook)-42-1"], service, rig)
                #expect(again.output.contains("is sent again"))
                try await eventually("it comes again") { receiver.count(of: "\(hook)-42-1") == 2 }
                let sent = try await command(["deliveries", hook], service, rig)
                #expect(sent.output.contains("\(hook)-42-1") && sent.output.contains("post.created"))
                let rotated = try await command(["rotate", hook], service, rig)
                #expect(rotated.output.contains("secret: whsec_") && rotated.output.contains("former secret too until"))
                let stopped = try await command(["disable", hook, "--reason", "a pause"], service, rig)
                #expect(stopped.output.contains("because: a pause"))
                #expect(try await command(["enable", hook], service, rig).output.contains("is active"))
                let changed = try await command(["change", hook, "--event", "*", "--stage", "triage"], service, rig)
                #expect(changed.output.contains("only stages: triage"))
                #expect(try await command(["remove", hook], service, rig).exit == .code(0))
                #expect(try await command(["test", hook], service, rig).exit == .code(1))
                for secret in added.output.split(whereSeparator: \.isWhitespace) where secret.hasPrefix("whsec_") {
                    #expect(!service.process.errors.text.contains(secret))
                }
                try await service.stop()
            }
        }
    }
}
