import ArgumentParser
import JSONValue

/// Posts, through the service's HTTP API.
struct PostsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "posts", abstract: "Lists and shows posts, their history; retries failed ones.",
        subcommands: [List.self, Show.self, History.self, Retry.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists posts, newest first.")
        @OptionGroup var server: ServerOptions
        @Option(help: "Only this stage.") var stage: String?
        @Option(help: "Only this status.") var status: String?
        @Option(help: "Only this community.") var community: String?
        @Option(help: "Only titles with this text.") var text: String?
        @Option(help: "How many at most.") var limit = 50

        func run() async throws {
            let query = [
                ("stage", stage), ("status", status), ("community", community), ("text", text), ("limit", "\(limit)"),
            ]
            let answer = try await server.get("/v1/posts", query)
            server.print(
                answer, rows: answer["posts"],
                columns: [
                    "id", "community", "queue_stage", "queue_status", "priority", "assigned_to", "title",
                ])
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a post with what it waits for and until when.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The post's number or t3_….") var id: String

        func run() async throws {
            let answer = try await server.get("/v1/posts/\(id)", [])
            server.print(answer, PostText.describe(answer))
        }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a post's transitions, oldest first.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The post's number or t3_….") var id: String

        func run() async throws {
            var transitions: [JSON] = []
            var cursor: String? = "0"
            while let next = cursor {
                let page = try await server.get("/v1/posts/\(id)/history", [("cursor", next), ("limit", "1000")])
                transitions += page["transitions"]?.array ?? []
                cursor = page["next_cursor"]?.string
            }
            server.print(
                ["transitions": .array(transitions)], rows: .array(transitions),
                columns: ["revision", "at", "event", "from", "to", "actor", "duration_us"])
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Starts the failed stage of one post again, or of all that match.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The post's number or t3_…; none for many.") var id: String?
        @Option(help: "Many: only this stage.") var stage: String?
        @Option(help: "Many: only this community.") var community: String?
        @Flag(help: "Many: every failed post.") var all = false
        @Flag(help: "Many: only count.") var dryRun = false

        func validate() throws {
            guard id != nil || stage != nil || community != nil || all else {
                throw ValidationError("name a post, or --stage, --community or --all")
            }
        }

        func run() async throws {
            var body = JSONObject()
            body["id"] = id.map(JSON.string)
            body["stage"] = stage.map(JSON.string)
            body["community"] = community.map(JSON.string)
            if dryRun { body["dry_run"] = true }
            let answer = try await server.post("/queue/retry", .object(body))
            if let count = answer["matched"]?.int {
                server.print(answer, "\(count) posts \(dryRun ? "would be" : "will be") retried")
            } else {
                server.print(answer, PostText.describe(answer))
            }
        }
    }
}
