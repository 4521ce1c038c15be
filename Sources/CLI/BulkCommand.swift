import ArgumentParser
import JSONValue

/// Operations on many posts, through the service's HTTP API.
struct BulkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulk", abstract: "Works on many posts at once: in the background, with progress, to be aborted.",
        discussion: """
            rejoinder bulk run retry --stage research --reason "the provider is back" --dry-run
            rejoinder bulk run pause --community science --reason "asked to by the moderators"
            rejoinder bulk run reprioritise --add 10 --stage editorial --reason "before the weekend"
            rejoinder bulk run event --event settle --status unknown --reason "looked at by hand"
            """,
        subcommands: [Run.self, List.self, Show.self, Abort.self])

    /// Which posts are meant.
    struct Filter: ParsableArguments {
        @Option(help: "Only this stage.") var stage: String?
        @Option(help: "Only this status; for retry 'failed' when nothing is said.") var status: String?
        @Option(help: "Only this community.") var community: String?
        @Option(help: "Only titles with this text.") var text: String?
        @Option(help: "Only posts on the chart with this digest.") var chart: String?
        @Option(help: "Only posts that are held (true) or are not (false).") var held: Bool?
        @Option(name: .customLong("id"), help: "Only these posts; may be given more than once.") var ids: [String] = []
        @Flag(help: "Every post.") var all = false

        var json: JSON {
            var object = JSONObject()
            for (key, value) in [
                ("stage", stage), ("status", status), ("community", community), ("text", text), ("chart", chart),
            ] {
                object[key] = value.map(JSON.string)
            }
            object["held"] = held.map(JSON.bool)
            if !ids.isEmpty { object["ids"] = .array(ids.map(JSON.string)) }
            if all { object["all"] = true }
            return .object(object)
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begins an operation: retry, cancel, event, pause, resume or reprioritise.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "What to do.") var kind: String
        @OptionGroup var filter: Filter
        @Option(help: "Why; kept with the operation and in the audit log.") var reason: String?
        @Option(help: "event: its name.") var event: String?
        @Option(help: "retry, cancel, event: the payload, a JSON object.") var data: String?
        @Option(help: "reprioritise: the new priority.") var set: Int?
        @Option(help: "reprioritise: what is added to the priority.") var add: Int?
        @Flag(help: "Only count, and show some.") var dryRun = false

        func validate() throws {
            guard dryRun || reason != nil else { throw ValidationError("say why, with --reason") }
            guard kind != "migrate" else { throw ValidationError("use 'rejoinder chart migrate FILE --apply'") }
        }

        func run() async throws {
            var parameters = JSONObject()
            parameters["event"] = event.map(JSON.string)
            parameters["set"] = set.map { .int(Int64($0)) }
            parameters["add"] = add.map { .int(Int64($0)) }
            if let data {
                guard let payload = try? JSON.parse(Array(data.utf8)) else {
                    throw ValidationError("--data must be JSON")
                }
                parameters["data"] = payload
            }
            let answer = try await server.post(
                "/v1/bulk",
                BulkRequestText.body(kind, filter.json, .object(parameters), reason: reason, dryRun: dryRun))
            server.print(answer, BulkText.describe(answer))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists operations, newest first.")
        @OptionGroup var server: ServerOptions
        @Option(help: "How many at most.") var limit = 50

        func run() async throws {
            let answer = try await server.get("/v1/bulk", [("limit", "\(limit)")])
            server.print(
                answer, rows: answer["operations"],
                columns: ["id", "kind", "state", "total", "done", "skipped", "failed", "actor", "reason"])
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows how far an operation is.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The operation's number.") var id: Int

        func run() async throws {
            let answer = try await server.get("/v1/bulk/\(id)", [])
            server.print(answer, BulkText.describe(answer))
        }
    }

    struct Abort: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stops an operation; what it has done already stays done.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The operation's number.") var id: Int
        @Option(help: "Why.") var reason: String

        func run() async throws {
            let answer = try await server.post("/v1/bulk/\(id)/abort", ["reason": .string(reason)])
            server.print(answer, BulkText.describe(answer))
        }
    }
}

enum BulkRequestText {
    static func body(_ kind: String, _ filter: JSON, _ parameters: JSON, reason: String?, dryRun: Bool) -> JSON {
        var body: JSONObject = ["kind": .string(kind), "filter": filter, "parameters": parameters]
        body["reason"] = reason.map(JSON.string)
        if dryRun { body["dry_run"] = true }
        return .object(body)
    }
}

enum BulkText {
    /// An operation, or what one would do, for people.
    static func describe(_ answer: JSON) -> String {
        answer["dry_run"] == true ? preview(answer) : operation(answer)
    }

    private static func operation(_ answer: JSON) -> String {
        let number = { (key: String) in answer[key]?.int ?? 0 }
        let worked = number("done") + number("skipped") + number("failed")
        var lines = [
            "operation \(number("id")): \(answer["kind"]?.string ?? "") is \(answer["state"]?.string ?? "")",
            "  \(worked) of \(number("total")) posts: \(number("done")) done, \(number("skipped")) skipped, "
                + "\(number("failed")) failed",
            "  by \(answer["actor"]?.string ?? ""): \(answer["reason"]?.string ?? "")",
        ]
        lines += problems(answer["problems"])
        return lines.joined(separator: "\n")
    }

    private static func preview(_ answer: JSON) -> String {
        var lines = ["\(answer["matched"]?.int ?? 0) posts match; nothing was changed"]
        for post in answer["sample"]?.array ?? [] {
            let words = ["id", "queue_stage", "queue_status", "title"].map { post[$0]?.string ?? "" }
            lines.append("  \(words[0])  \(words[1]) \(words[2])  \(words[3])")
        }
        guard let migration = answer["migration"] else { return lines.joined(separator: "\n") }
        let way = migration["lossless"] == true ? "restores every post exactly" : "loses something"
        lines.append(
            "\(migration["can_move"]?.int ?? 0) of \(migration["tried"]?.int ?? 0) tried can move; the way back \(way)")
        lines += problems(migration["problems"])
        return lines.joined(separator: "\n")
    }

    private static func problems(_ problems: JSON?) -> [String] {
        (problems?.array ?? []).map { problem in
            "  \(problem["post"]?.string.map { "post \($0): " } ?? "")\(problem["problem"]?.string ?? "")"
        }
    }
}
