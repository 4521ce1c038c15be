import HTTPClient
import JSONValue
import TestSupport

/// Asks servers of a test for JSON.
enum JSONClient {
    static let http = HTTPClient(userAgent: "rejoinder-system-tests")

    @discardableResult
    static func ask(
        _ method: String, _ url: String, _ body: JSON? = nil, timeout: Duration = .seconds(10)
    ) async throws -> (status: Int, json: JSON, text: String) {
        let headers = [("Accept", "application/json")] + (body == nil ? [] : [("Content-Type", "application/json")])
        let response = try await http.send(
            HTTPRequest(method: method, url: url, headers: headers, body: body?.bytes() ?? [], timeout: timeout))
        let text = String(decoding: response.body, as: UTF8.self)
        return (response.status, (try? JSON.parse(response.body)) ?? .null, text)
    }

    /// The answer to a GET that must succeed. A server that asks to come again (503) is asked again, as its clients do:
    /// after an outage its connections come back one after the other.
    static func get(_ url: String, timeout: Duration = .seconds(10)) async throws -> JSON {
        var answer = try await ask("GET", url, timeout: timeout)
        try? await eventually("an answer", within: .seconds(15), every: .milliseconds(200)) {
            if answer.status == 503 { answer = try await ask("GET", url, timeout: timeout) }
            return answer.status != 503
        }
        guard answer.status == 200 else { throw TestFailure("\(url) answered \(answer.status): \(answer.text)") }
        return answer.json
    }
}
