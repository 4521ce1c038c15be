import ArgumentParser
import Foundation
import JSONValue

/// What to hold or to release: a scope, and the name within it.
struct HoldPlace: ParsableArguments {
    @Argument(help: "everything, stage, community, endpoint or post.") var scope: String
    @Argument(help: "Its name, or the post's number or t3_…; none for everything.") var name: String?

    func validate() throws {
        guard (name == nil) == (scope == "everything") else {
            throw ValidationError(
                scope == "everything" ? "'everything' has no name" : "name the \(scope), as in '\(scope) NAME'")
        }
    }

    var isPost: Bool { scope == "post" }
    var path: String {
        let name = ServerOptions.encode(name ?? "")
        return isPost ? "/v1/posts/\(name)" : "/v1/holds/\(scope)" + (name.isEmpty ? "" : "/\(name)")
    }
    var words: String { [scope, name].compactMap(\.self).joined(separator: " ") }
}

struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Holds a post, a stage, a community, an endpoint or everything: nothing new is begun.",
        discussion: """
            rejoinder hold stage research --reason "the provider answers nonsense"
            What runs goes on, timers too; nobody's time in the queue runs out. 'rejoinder release' lets it go on.
            """)
    @OptionGroup var server: ServerOptions
    @OptionGroup var place: HoldPlace
    @Option(help: "Why; shown wherever something waits for the release.") var reason: String

    func run() async throws {
        let body: JSON = ["reason": .string(reason)]
        let answer =
            try await place.isPost
            ? server.post(place.path + "/hold", body) : server.put(place.path, body)
        server.print(answer, "\(place.words) is held: \(reason)")
    }
}

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Ends a hold; what waited has its whole time in the queue again.")
    @OptionGroup var server: ServerOptions
    @OptionGroup var place: HoldPlace
    @Option(help: "Why.") var reason = "released"

    func run() async throws {
        let answer =
            try await place.isPost
            ? server.post(place.path + "/release", ["reason": .string(reason)])
            : server.delete(place.path, [("reason", reason)])
        server.print(answer, "\(place.words) is released")
    }
}

struct HoldsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds", abstract: "Lists what is held, since when, by whom and why.")
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let answer = try await server.get("/v1/holds", [])
        let table = TextTable.render(
            answer["holds"]?.array ?? [], columns: ["scope", "name", "since", "actor", "reason"])
        let posts = answer["posts_held"]?.int ?? 0
        server.print(answer, "\(table)\n\(posts) posts are held (rejoinder bulk run resume --held true …)")
    }
}
