import HTTPServer
import JSONValue
import Threads

/// A server in SearXNG's form, which finds the same pages whatever the query.
final class FakeSearch: Sendable {
    private let server: HTTPServer
    private let log: Shared<[String]>

    /// `answer` gets the query; the pages are given out in slices of 20, one for each search.
    init(_ answer: @escaping @Sendable (_ query: String, _ number: Int) -> ServerResponse) throws {
        let log = Shared<[String]>([])
        server = try HTTPServer { request in
            let query = request.query.first { $0.name == "q" }?.value ?? ""
            guard request.query.contains(where: { $0.name == "format" && $0.value == "json" }) else {
                return ServerResponse(status: 403, text: "<html>")
            }
            let number = log.withLock { log -> Int in
                log.append(query)
                return log.count
            }
            return answer(query, number)
        }
        self.log = log
    }

    convenience init(urls: [String]) throws {
        try self.init { _, number in
            Self.results(Array(urls.dropFirst((number - 1) * 20).prefix(20)))
        }
    }

    var url: String { "http://127.0.0.1:\(server.port)" }
    var queries: [String] { log.value }

    func close() async { await server.close(grace: .milliseconds(100)) }

    static func results(_ urls: [String], silent: [String] = []) -> ServerResponse {
        let results = urls.map { url -> JSON in
            ["url": .string(url), "title": "A <b>title</b>", "content": "An &amp; excerpt", "publishedDate": nil]
        }
        let body: JSON = [
            "query": "q",
            "results": .array(results + [["url": nil, "title": "no page"]].dropLast(urls.isEmpty ? 1 : 0)),
            "unresponsive_engines": .array(silent.map { [.string($0), "Suspended"] }),
        ]
        return ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: body.bytes())
    }
}
