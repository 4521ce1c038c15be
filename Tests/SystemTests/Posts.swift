import JSONValue
import Store
import TestSupport
import Threads

/// Posts that tests submit themselves.
enum Posts {
    /// A title in which the fake triage finds a claim.
    static let claim = "Study: 73% of adults drink 4 cups of coffee a day, according to a 2021 report"

    private static let lastID = Locked<Int64>(7_000_000_000)

    /// Submits a post of Reddit's: one without a thread could not be answered.
    static func submit(_ service: ServiceProcess, title: String) async throws -> PostID {
        let number = lastID.withLock { id in
            id += 1
            return id
        }
        let body: JSON = [
            "id": JSON(PostID(number).fullname), "title": .string(title), "body": "The report says so on page 12.",
            "community": "science",
        ]
        let answer = try await JSONClient.ask("POST", service.url + "/v1/posts", body)
        guard answer.status == 201, let id = answer.json["id"]?.string.flatMap(PostID.init(_:)) else {
            throw TestFailure("the post was refused: \(answer.status) \(answer.text)")
        }
        return id
    }

    static func untilEnded(_ service: ServiceProcess, count: Int, within limit: Duration = .seconds(60)) async throws {
        try await eventually("\(count) posts have ended", within: limit, every: .milliseconds(100)) {
            try await service.ends.closed >= count
        }
    }
}
