import ArgumentParser
import JSONValue

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is not as it should be, why, and how to mend it; exits with 1 when it finds something.",
        discussion: """
            Asks the service: posts that nobody wakes, rows without their counterpart, endpoints without an owner,
            partitions that are missing or too old; and prints sizes and backlogs. Exits with 2 when the service cannot
            be reached. See docs/operations.md.
            """)

    @OptionGroup var server: ServerOptions
    @Flag(help: "The same as -o json.") var json = false

    func run() async throws {
        var server = server
        if json { server.output = .json }
        let answer = try await server.get("/v1/doctor", [])
        server.print(answer, DoctorText.describe(answer))
        if answer["healthy"]?.bool != true { throw Exit.no }
    }
}
