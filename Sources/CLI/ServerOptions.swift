import ArgumentParser
import Foundation
import HTTPClient
import JSONValue

/// Where the service is, and how to print its answers.
struct ServerOptions: ParsableArguments {
    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(help: "The service's URL; else $REJOINDER_URL, else http://127.0.0.1:8787.")
    var server: String?

    @Option(name: [.customShort("o"), .long], help: "table or json.")
    var output = Output.table

    func get(_ path: String, _ query: [(String, String?)]) async throws -> JSON {
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(Self.encode($0))" } }
        return try await ask("GET", path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")), nil)
    }

    func post(_ path: String, _ body: JSON, timeout: Duration = .seconds(30)) async throws -> JSON {
        try await ask("POST", path, body, timeout: timeout)
    }

    func patch(_ path: String, _ body: JSON) async throws -> JSON { try await ask("PATCH", path, body) }

    func put(_ path: String, _ body: JSON) async throws -> JSON { try await ask("PUT", path, body) }

    func delete(_ path: String, _ query: [(String, String)]) async throws -> JSON {
        let pairs = query.map { "\($0)=\(Self.encode($1))" }
        return try await ask("DELETE", path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")), nil)
    }

    private func ask(_ method: String, _ path: String, _ body: JSON?, timeout: Duration = .seconds(30)) async throws
        -> JSON
    {
        let environment = ProcessInfo.processInfo.environment
        let base = server ?? environment["REJOINDER_URL"] ?? "http://127.0.0.1:8787"
        var headers = [("Accept", "application/json")]
        if body != nil { headers.append(("Content-Type", "application/json")) }
        if let key = environment["REJOINDER_SECRET_KEY"] { headers.append(("Authorization", "Bearer \(key)")) }
        let client = HTTPClient(userAgent: "rejoinder-cli")
        let response: HTTPResponse
        do {
            response = try await client.send(
                HTTPRequest(
                    method: method, url: base + path, headers: headers, body: body?.bytes() ?? [], timeout: timeout))
        } catch {
            await client.close()
            Terminal.complain("the service at \(base) does not answer (\(error)); is 'rejoinder serve' running?")
            throw Exit.unreachable
        }
        await client.close()
        let answer = (try? JSON.parse(response.body)) ?? .null
        guard (200..<300).contains(response.status) else {
            Terminal.complain(answer["detail"]?.string ?? "the service answered HTTP \(response.status)")
            throw response.status >= 500 ? Exit.unreachable : Exit.no
        }
        return answer
    }

    func print(_ answer: JSON, rows: JSON?, columns: [String]) {
        print(answer, TextTable.render(rows?.array ?? [], columns: columns))
    }

    func print(_ answer: JSON, _ text: String) { Terminal.say(output == .json ? answer.text : text) }

    /// A name as a segment of a path, or a value of a query.
    static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
