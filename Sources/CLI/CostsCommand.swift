import ArgumentParser
import JSONValue

struct CostsCommand: AsyncParsableCommand {
    enum Group: String, ExpressibleByArgument, CaseIterable { case day, endpoint, stage, model, post }

    static let configuration = CommandConfiguration(
        commandName: "costs", abstract: "Shows what the work has cost, from the ledger.",
        discussion: """
            rejoinder costs --by endpoint --since 2026-11-01
            Failed attempts are in it, where their endpoint said what they used. Budgets: 'budget' and 'job_cost' of an
            endpoint (a day of UTC), 'costs.per_post' for a post.
            """)
    @OptionGroup var server: ServerOptions
    @Option(help: "day, endpoint, stage, model or post.") var by = Group.day
    @Option(help: "From this day of UTC, or moment, on.") var since: String?
    @Option(help: "Before this day of UTC, or moment.") var until: String?
    @Option(help: "Only this post's: its number or t3_….") var post: String?
    @Option(help: "How many lines at most.") var limit = 100

    func run() async throws {
        let query = [
            ("by", by.rawValue), ("since", since), ("until", until), ("post", post), ("limit", "\(limit)"),
        ]
        let answer = try await server.get("/v1/costs", query)
        server.print(
            answer, rows: answer["costs"], columns: ["name", "attempts", "input_tokens", "output_tokens", "usd"])
    }
}
