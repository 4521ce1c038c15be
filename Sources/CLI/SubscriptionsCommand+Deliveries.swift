import ArgumentParser
import JSONValue

extension SubscriptionsCommand {
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends a webhook.test now; exits with 1 when it is not taken.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place

        func run() async throws {
            let answer = try await server.post(place.path + "/test", [:])
            let isDelivered = answer["delivered"] == true
            let problem = answer["detail"]?.string ?? ""
            server.print(
                answer,
                isDelivered
                    ? "taken: HTTP \(answer["status"]?.int ?? 0) after \(answer["milliseconds"]?.int ?? 0) ms"
                    : "not taken: \(problem)")
            if !isDelivered { throw Exit.no }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes another secret and prints it; the old one signs beside it for a day.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place

        func run() async throws {
            let answer = try await server.post(place.path + "/rotate", [:])
            server.print(answer, SubscriptionText.secret(answer))
        }
    }

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists what was sent, the latest first.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place
        @Option(help: "Only pending, delivered or failed.") var state: String?
        @Option(help: "How many at most.") var limit = 50
        @Option(help: "Go on after an earlier list: its next_cursor.") var cursor: String?

        func run() async throws {
            let answer = try await server.get(
                place.path + "/deliveries", [("state", state), ("limit", "\(limit)"), ("cursor", cursor)])
            server.print(
                answer, rows: answer["deliveries"],
                columns: ["id", "type", "at", "state", "attempts", "status", "next_try_at", "detail"])
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends again what happened in a time, or one delivery.")
        @OptionGroup var server: ServerOptions
        @OptionGroup var place: Place
        @Option(help: "From this moment on, such as 2026-11-27T00:00:00Z.") var from: String?
        @Option(help: "Up to this moment; now if absent.") var until: String?
        @Option(help: "One delivery, by its id.") var delivery: String?

        func validate() throws {
            guard (from == nil) != (delivery == nil) else { throw ValidationError("give --from or --delivery") }
        }

        func run() async throws {
            var body = JSONObject()
            for (key, value) in [("from", from), ("until", until), ("delivery", delivery)] {
                body[key] = value.map(JSON.string)
            }
            let answer = try await server.post(place.path + "/replay", .object(body))
            server.print(answer, delivery.map { "\($0) is sent again" } ?? SubscriptionText.describe(answer))
        }
    }
}

enum SubscriptionText {
    static func secret(_ answer: JSON) -> String {
        let secret = answer["secret"]?.string ?? "(its master key is gone)"
        return "\(describe(answer))\n  secret: \(secret)\n  It is not shown again."
    }

    static func describe(_ answer: JSON) -> String {
        let text = { (key: String) in answer[key]?.string ?? "" }
        let words = { (key: String) in (answer[key]?.array ?? []).compactMap(\.string).joined(separator: ", ") }
        var lines = ["webhook \(text("id")) to \(text("url")) is \(text("state"))", "  told of: \(words("events"))"]
        for key in ["stages", "statuses"] where !words(key).isEmpty { lines.append("  only \(key): \(words(key))") }
        for (key, meaning) in [
            ("reason", "because"), ("failing_since", "every attempt has failed since"),
            ("paused_until", "asked not to be called before"), ("replay_until", "sends again what happened until"),
            ("former_secret_until", "signed with the former secret too until"),
        ] where !text(key).isEmpty { lines.append("  \(meaning): \(text(key))") }
        return lines.joined(separator: "\n")
    }
}
