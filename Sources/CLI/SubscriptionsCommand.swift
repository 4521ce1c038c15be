import ArgumentParser
import Foundation
import JSONValue

/// Outside systems that are told of what happens to posts, through the service's HTTP API.
struct SubscriptionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscriptions",
        abstract: "Outgoing webhooks: who is told of what happens to posts.",
        discussion: """
            rejoinder webhook subscriptions add https://example.org/hook --event post.published --event post.failed
            rejoinder webhook subscriptions test wh0f3a…
            rejoinder webhook subscriptions replay wh0f3a… --from 2026-11-27T00:00:00Z
            See docs/webhooks.md.
            """,
        subcommands: [
            List.self, Add.self, Change.self, Remove.self, Enable.self, Disable.self, Test.self, Rotate.self,
            Deliveries.self, Replay.self,
        ])

    /// A subscription by its id.
    struct Place: ParsableArguments {
        @Argument(help: "The subscription's id, wh….") var id: String

        var path: String {
            "/v1/webhooks/" + ServerOptions.encode(id)
        }
    }

    /// What a subscription is for.
    struct Terms: ParsableArguments {
        @Option(
            name: .customLong("event"),
            help: "A type of events, such as post.failed, or '*' for all; may be given more than once.")
        var events: [String] = []
        @Option(name: .customLong("stage"), help: "Only posts that are then in this stage; more than once for several.")
        var stages: [String] = []
        @Option(name: .customLong("status"), help: "Only posts that then have this status; more than once for several.")
        var statuses: [String] = []
        @Option(help: "A name for people.") var label: String?

        var json: JSONObject {
            var object = JSONObject()
            for (key, words) in [("events", events), ("stages", stages), ("statuses", statuses)] where !words.isEmpty {
                object[key] = .array(words.map(JSON.string))
            }
            object["label"] = label.map(JSON.string)
            return object
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists them, with how they fare.")
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.get("/v1/webhooks", [])
            server.print(
                answer, rows: answer["webhooks"],
                columns: ["id", "state", "events", "stages", "failing_since", "read_until", "label", "url", "reason"])
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds one; prints its secret, which is not shown again.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "Where to: an https:// URL.") var url: String
        @OptionGroup var terms: Terms

        func validate() throws {
            guard !terms.events.isEmpty else { throw ValidationError("say of what, with --event ('*' for everything)") }
        }

        func run() async throws {
            let answer = try await server.post(
                "/v1/webhooks", .object(terms.json.merging(["url": .string(url)])))
            server.print(answer, SubscriptionText.secret(answer))
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes where it goes, or what it is told of; what is not named stays.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place
        @Option(help: "Where to.") var url: String?
        @OptionGroup var terms: Terms

        func run() async throws {
            var body = terms.json
            body["url"] = url.map(JSON.string)
            let answer = try await server.patch(place.path, .object(body))
            server.print(answer, SubscriptionText.describe(answer))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes one, with what it was not told yet.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place

        func run() async throws {
            let answer = try await server.delete(place.path, [])
            server.print(answer, "\(place.id) is removed")
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Goes on where it stopped; nothing is left out.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place

        func run() async throws {
            let answer = try await server.patch(place.path, ["state": "active"])
            server.print(answer, SubscriptionText.describe(answer))
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sends nothing until it is enabled again.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place
        @Option(help: "Why.") var reason: String

        func run() async throws {
            let answer = try await server.patch(place.path, ["state": "disabled", "reason": .string(reason)])
            server.print(answer, SubscriptionText.describe(answer))
        }
    }
}
