import Store
import Yams

/// An endpoint as the settings file describes it.
package struct EndpointSettings: Sendable {
    package var row: EndpointRow
    /// Where its secrets are: names of environment variables or paths of files, never the secrets themselves.
    package var bearer: SecretSource?
    package var signing: SecretSource?
    /// For webhooks of the whole endpoint, and the one before it while it is being exchanged.
    package var webhook: SecretSource?
    package var formerWebhook: SecretSource?
    /// How often it is asked about jobs, where its protocol has a way to ask.
    package var pollInterval = defaultPollInterval
    /// Whether an A2A agent keeps the context that we choose.
    package var keepsContext = false

    static let defaultPollInterval = Duration.seconds(30)

    package init(row: EndpointRow, bearer: SecretSource? = nil, signing: SecretSource? = nil) {
        self.row = row
        self.bearer = bearer
        self.signing = signing
    }

    private static let known = [
        "name", "url", "protocol", "model", "capabilities", "max_concurrent", "preference", "input_price",
        "output_price", "rate", "budget", "job_cost", "bearer_env", "bearer_file", "signing_secret_env",
        "signing_secret_file", "webhook_secret_env", "webhook_secret_file", "former_webhook_secret_env",
        "former_webhook_secret_file", "poll", "keeps_context",
    ]

    static func read(_ node: Node, file: String) throws(SettingsError) -> [EndpointSettings] {
        guard let sequence = node.sequence else {
            throw SettingsError("\(file):\(node.mark?.line ?? 0): 'endpoints' must be a list")
        }
        var endpoints: [EndpointSettings] = []
        for element in sequence {
            let entry = try SettingsEntry(element, file: file, what: "endpoint", known: known)
            endpoints.append(try endpoint(entry))
        }
        let names = endpoints.map(\.row.name)
        guard Set(names).count == names.count else { throw SettingsError("\(file): two endpoints have the same name") }
        return endpoints
    }

    private static func endpoint(_ entry: SettingsEntry) throws(SettingsError) -> EndpointSettings {
        let wireProtocol = try entry.required("protocol")
        let protocols = ["callback", "chat", "responses", "a2a", "reddit", "mock"]
        guard protocols.contains(wireProtocol) else {
            throw entry.error("'protocol' must be one of \(protocols.joined(separator: ", ")), not '\(wireProtocol)'")
        }
        let capabilities = entry.list("capabilities")
        guard !capabilities.isEmpty else { throw entry.error("'capabilities' must list what the endpoint can do") }
        let row = EndpointRow(
            name: try entry.required("name"),
            url: wireProtocol == "mock" ? entry["url"] ?? "" : try entry.required("url"), wireProtocol: wireProtocol,
            model: entry["model"] ?? "", capabilities: capabilities,
            maxConcurrent: try entry.number("max_concurrent", default: 1, in: 1...5_000_000),
            inputPrice: Int64(try entry.number("input_price", default: 0, in: 0...1_000_000_000)),
            outputPrice: Int64(try entry.number("output_price", default: 0, in: 0...1_000_000_000)),
            preference: try entry.number("preference", default: 0, in: -1000...1000),
            rate: try rate(entry), budget: try budget(entry))
        var settings = EndpointSettings(
            row: row, bearer: try entry.secret("bearer"), signing: try entry.secret("signing_secret"))
        settings.webhook = try entry.secret("webhook_secret")
        settings.formerWebhook = try entry.secret("former_webhook_secret")
        if let text = entry["poll"] {
            guard let interval = Durations.read(text), interval >= .milliseconds(100) else {
                throw entry.error("'poll' must be a time of at least 100ms, such as 30s")
            }
            settings.pollInterval = interval
        }
        if let text = entry["keeps_context"] {
            guard ["true", "false"].contains(text) else { throw entry.error("'keeps_context' must be true or false") }
            settings.keepsContext = text == "true"
        }
        return settings
    }
}

extension EndpointSettings {
    private static func rate(_ entry: SettingsEntry) throws(SettingsError) -> EndpointRate? {
        guard entry.has("rate") else { return nil }
        guard let rate = entry["rate"].flatMap(EndpointRate.init) else {
            throw entry.error("'rate' must be attempts per time, such as 60/min: 1 to 100000 '/s', '/min' or '/h'")
        }
        return rate
    }

    private static func budget(_ entry: SettingsEntry) throws(SettingsError) -> EndpointBudget? {
        guard entry.has("budget") else {
            guard !entry.has("job_cost") else { throw entry.error("'job_cost' means nothing without a 'budget'") }
            return nil
        }
        guard let text = entry["budget"], text.hasSuffix("/day"), let perDay = Dollars.micro(text.dropLast(4)) else {
            throw entry.error("'budget' must be US dollars a day of UTC, such as 5.00/day")
        }
        guard entry.has("job_cost") else {
            throw entry.error("'job_cost' is missing: a budget needs the most that one job may cost, in US dollars")
        }
        guard let cost = entry["job_cost"].flatMap({ Dollars.micro($0[...]) }) else {
            throw entry.error("'job_cost' must be the most that one job may cost, in US dollars, such as 0.05")
        }
        guard cost <= perDay else { throw entry.error("'job_cost' must not be more than the 'budget' of a day") }
        return EndpointBudget(perDay: perDay, jobCost: cost)
    }
}

/// Amounts of money as people write them.
enum Dollars {
    /// In millionths, exactly; nil unless the text is a positive amount with at most six decimals.
    static func micro(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...7).contains(parts[0].count), parts.allSatisfy(areDigits) else {
            return nil
        }
        let decimals = parts.count == 2 ? parts[1] : "0"
        guard (1...6).contains(decimals.count), let whole = Int64(parts[0]),
            let fraction = Int64(decimals + String(repeating: "0", count: 6 - decimals.count))
        else { return nil }
        let sum = whole * 1_000_000 + fraction
        return sum > 0 ? sum : nil
    }

    private static func areDigits(_ text: Substring) -> Bool { text.utf8.allSatisfy { (48...57).contains($0) } }
}

/// A key of the HTTP API as the settings file names it.
package struct APIKeySettings: Sendable {
    package var name: String
    package var scope: String
    package var secret: SecretSource

    static func read(_ node: Node, file: String) throws(SettingsError) -> [APIKeySettings] {
        guard let sequence = node.sequence else {
            throw SettingsError("\(file):\(node.mark?.line ?? 0): 'api.keys' must be a list")
        }
        var keys: [APIKeySettings] = []
        for element in sequence {
            let entry = try SettingsEntry(
                element, file: file, what: "API key", known: ["name", "scope", "key_env", "key_file"])
            let scope = try entry.required("scope")
            guard ["read", "trigger", "operate", "admin"].contains(scope) else {
                throw entry.error("'scope' must be read, trigger, operate or admin, not '\(scope)'")
            }
            guard let secret = try entry.secret("key") else { throw entry.error("'key_env' or 'key_file' is missing") }
            keys.append(APIKeySettings(name: try entry.required("name"), scope: scope, secret: secret))
        }
        return keys
    }
}

/// One mapping of a list in the settings file.
struct SettingsEntry {
    private let values: [String: Node]
    private let place: String
    private let what: String

    init(_ node: Node, file: String, what: String, known: [String]) throws(SettingsError) {
        place = "\(file):\(node.mark?.line ?? 0)"
        self.what = what
        guard let mapping = node.mapping else { throw SettingsError("\(place): an \(what) is a mapping") }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            guard known.contains(name) else {
                throw SettingsError(
                    "\(place): unknown key '\(name)' of an \(what); known are: \(known.joined(separator: ", "))")
            }
            values[name] = value
        }
        self.values = values
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    subscript(name: String) -> String? { values[name]?.scalar?.string }

    func list(_ name: String) -> [String] {
        values[name]?.sequence?.compactMap(\.scalar?.string) ?? self[name].map(SettingValues.list) ?? []
    }

    func required(_ name: String) throws(SettingsError) -> String {
        guard let value = self[name], !value.isEmpty else { throw error("'\(name)' is missing") }
        return value
    }

    func number(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let text = self[name] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw error("'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func secret(_ name: String) throws(SettingsError) -> SecretSource? {
        if let variable = self["\(name)_env"] { return .environment(variable) }
        if let path = self["\(name)_file"] { return .file(path) }
        return nil
    }

    func error(_ message: String) -> SettingsError { SettingsError("\(place): \(what): \(message)") }
}
