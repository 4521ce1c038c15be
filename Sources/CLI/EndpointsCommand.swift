import ArgumentParser
import Foundation
import JSONValue

/// Endpoints, through the service's HTTP API.
struct EndpointsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoints", abstract: "Lists, checks, tests, drains and sets endpoints.",
        subcommands: [List.self, Check.self, Test.self, Drain.self, Set.self])

    static func path(_ name: String) -> String {
        "/v1/endpoints/" + ServerOptions.encode(name)
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists endpoints with their load, and why one takes nothing.")
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.get("/v1/endpoints", [])
            server.print(
                answer, rows: answer["endpoints"],
                columns: [
                    "name", "protocol", "model", "capabilities", "current_load", "max_concurrent", "rate",
                    "takes_work", "reasons", "owner",
                ])
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks whether an endpoint is there, in its protocol's way; costs nothing.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The endpoint's name.") var name: String

        func run() async throws {
            let answer = try await server.post(EndpointsCommand.path(name) + "/check", [:])
            server.print(answer, rows: [answer], columns: ["step", "ok", "ms", "detail"])
            if answer["ok"]?.bool != true { throw Exit.no }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends one real job about a made-up post and shows each step, the signed callback too.",
            discussion: "It costs what a job costs; nothing is stored, and no slot is taken.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The endpoint's name.") var name: String
        @Option(help: "Seconds that each step may take.") var seconds = 50

        func run() async throws {
            let answer = try await server.post(
                EndpointsCommand.path(name) + "/test?seconds=\(seconds)", [:], timeout: .seconds(3 * seconds + 30))
            server.print(answer, rows: answer["steps"], columns: ["step", "ok", "ms", "detail"])
            if answer["ok"]?.bool != true { throw Exit.no }
        }
    }

    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets an endpoint finish what it has and gives it nothing new; --undo ends that.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The endpoint's name.") var name: String
        @Flag(help: "Gives it work again.") var undo = false

        func run() async throws {
            let answer = try await server.put(EndpointsCommand.path(name), ["drained": .bool(!undo)])
            server.print(answer, "\(name) is \(undo ? "not drained any more" : "drained")")
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes what an endpoint may have at once or its preference, until the settings are read again.")
        @OptionGroup var server: ServerOptions
        @Argument(help: "The endpoint's name.") var name: String
        @Option(help: "Concurrent jobs, 1 to 5,000,000.") var maxConcurrent: Int?
        @Option(help: "Preference among endpoints that can do the same, -1,000 to 1,000.") var preference: Int?

        func validate() throws {
            guard maxConcurrent != nil || preference != nil else {
                throw ValidationError("say what to set: --max-concurrent, --preference")
            }
        }

        func run() async throws {
            var body: JSONObject = [:]
            if let maxConcurrent { body["max_concurrent"] = .int(Int64(maxConcurrent)) }
            if let preference { body["preference"] = .int(Int64(preference)) }
            let answer = try await server.put(EndpointsCommand.path(name), .object(body))
            server.print(
                answer, rows: [answer], columns: ["name", "max_concurrent", "preference", "current_load", "drained"])
        }
    }
}
