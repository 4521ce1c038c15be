import JSONValue

/// A request as the pure parts of the fakes see it.
struct FakeRequest: Sendable {
    var method: String
    /// Percent-decoded, without the query.
    var path: String
    var query: [(name: String, value: String)]
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]

    init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [],
        headers: [String: String] = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The last value of a query parameter.
    func query(_ name: String) -> String? { query.last { $0.name == name }?.value }

    /// The fields of an `application/x-www-form-urlencoded` body.
    var form: [String: String] { FormText.fields(String(decoding: body, as: UTF8.self)) }

    /// The segments of the path; a trailing slash and the ending `.json` say nothing.
    var segments: [String] {
        var parts = path.split(separator: "/").map(String.init)
        if let last = parts.last, last.hasSuffix(".json") { parts[parts.count - 1] = String(last.dropLast(5)) }
        return parts
    }
}

/// What a fake answers, and what it does to the connection instead.
struct FakeAnswer: Sendable {
    var status: Int
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    /// The connection is cut and nothing is sent.
    var isDropped = false
    /// How long the answer is held back.
    var delay = Duration.zero

    static func json(_ value: JSON, status: Int = 200, headers: [(String, String)] = []) -> FakeAnswer {
        FakeAnswer(
            status: status, headers: [("Content-Type", "application/json; charset=UTF-8")] + headers,
            body: value.bytes())
    }

    static func html(_ text: String, status: Int, headers: [(String, String)] = []) -> FakeAnswer {
        FakeAnswer(
            status: status, headers: [("Content-Type", "text/html; charset=UTF-8")] + headers, body: Array(text.utf8))
    }

    static let dropped = FakeAnswer(status: 0, isDropped: true)

    /// The value of a header, for tests and retries.
    func header(_ name: String) -> String? {
        headers.last { $0.0.lowercased() == name.lowercased() }?.1
    }

    /// The body as JSON, if it is.
    var json: JSON? { try? JSON.parse(body) }
}
