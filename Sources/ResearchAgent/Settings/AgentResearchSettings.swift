import Crypto
import Foundation
import JSONValue

/// Options and environment put together, or a sentence that says what is wrong with them.
package struct AgentResearchSettings {
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    package let agent: ResearchAgentOptions
    package let logLevel: String
    package let logFormat: String

    private static let names: Set = [
        "address", "port", "secret-file", "model-url", "model", "model-key-file", "input-price", "output-price",
        "search", "search-url", "search-key-file", "search-results", "jobs", "queries", "pages", "tokens", "time",
        "rounds", "page-bytes", "page-time", "prompt-characters", "allow-host", "contact", "log-level", "log-format",
    ]
    private static let secrets: Set = ["secret", "model-key", "search-key"]
    private static let prefix = "REJOINDER_AGENT_"

    /// `given` are options by their names; they win over the environment.
    package init(_ given: [String: String], environment: [String: String]) throws {
        var values = try Self.values(environment)
        values.merge(given) { _, option in option }
        let reader = AgentValueReader(values)
        logLevel = try reader.choice("log-level", ["debug", "info", "notice", "warning", "error"]) ?? "info"
        logFormat = try reader.choice("log-format", ["auto", "json", "text"]) ?? "auto"
        var agent = ResearchAgentOptions(
            model: try Self.model(reader), search: try Self.search(reader),
            contact: try reader.url("contact") ?? "",
            now: { Timestamp(seconds: Date().timeIntervalSince1970) })
        agent.address = values["address"] ?? agent.address
        agent.port = UInt16(try reader.number("port", 0...65535) ?? 8790)
        agent.secrets = try Self.secrets(reader)
        agent.jobs = try reader.number("jobs", 1...1000) ?? agent.jobs
        agent.allowedHosts = Set(
            (values["allow-host"] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        agent.limits = try Self.limits(reader)
        try agent.check()
        self.agent = agent
    }

    /// Every variable with our beginning must be one that is known.
    private static func values(_ environment: [String: String]) throws -> [String: String] {
        var values: [String: String] = [:]
        for (variable, value) in environment where variable.hasPrefix(prefix) {
            let name = variable.dropFirst(prefix.count).lowercased().map { $0 == "_" ? "-" : String($0) }.joined()
            guard names.contains(name) || secrets.contains(name) else {
                throw Problem(
                    "the environment: \(variable) is not known; 'rejoinder agent research --help' lists what is")
            }
            values[name] = value
        }
        return values
    }

    private static func model(_ reader: AgentValueReader) throws -> ModelEndpoint {
        guard let url = try reader.url("model-url") else {
            throw Problem("--model-url is missing: the base URL of an OpenAI-style chat endpoint")
        }
        guard let model = reader["model"], !model.isEmpty else { throw Problem("--model is missing: the model's name") }
        let input = try reader.price("input-price")
        let output = try reader.price("output-price")
        guard (input == nil) == (output == nil) else {
            throw Problem("--input-price and --output-price come together: costs need both")
        }
        let prices = input.flatMap { input in output.map { ModelEndpoint.Prices(input: input, output: $0) } }
        return ModelEndpoint(url: url, model: model, key: try reader.secret("model-key"), prices: prices)
    }

    private static func search(_ reader: AgentValueReader) throws -> SearchProvider {
        let name = try reader.choice("search", SearchProvider.Kind.allCases.map(\.rawValue)) ?? "searxng"
        let kind = SearchProvider.Kind(rawValue: name) ?? .searxng
        let key = try reader.secret("search-key")
        let url = try reader.url("search-url")
        if kind == .searxng, url == nil {
            throw Problem("--search-url is missing: the base URL of a SearXNG instance that answers in JSON")
        }
        if kind != .searxng, key == nil {
            throw Problem("the search \(name) needs a key: --search-key-file or REJOINDER_AGENT_SEARCH_KEY")
        }
        return SearchProvider(
            kind: kind, url: url, key: key, results: try reader.number("search-results", 1...20) ?? 10)
    }

    private static func secrets(_ reader: AgentValueReader) throws -> [WebhookSecret] {
        guard let text = try reader.secret("secret") else { return [] }
        return try text.split(whereSeparator: \.isWhitespace).map { line in
            guard let secret = WebhookSecret(String(line)) else {
                throw Problem("a secret for starts is not of the form whsec_<base64>")
            }
            return secret
        }
    }

    private static func limits(_ reader: AgentValueReader) throws -> ResearchLimits {
        var limits = ResearchLimits()
        limits.queries = try reader.number("queries", 1...20) ?? limits.queries
        limits.pages = try reader.number("pages", 1...40) ?? limits.pages
        limits.tokens = try reader.number("tokens", 10_000...100_000_000) ?? limits.tokens
        limits.rounds = try reader.number("rounds", 1...5) ?? limits.rounds
        limits.pageBytes = try reader.number("page-bytes", 1000...8 << 20) ?? limits.pageBytes
        limits.promptCharacters =
            try reader.number("prompt-characters", 2000...2_000_000) ?? limits.promptCharacters
        limits.time = try reader.span("time", .seconds(5)...(.seconds(86_400))) ?? limits.time
        limits.pageTime = try reader.span("page-time", .milliseconds(100)...(.seconds(600))) ?? limits.pageTime
        return limits
    }
}
