import Yams

/// Puts the layers together: defaults, the YAML file, the environment, the command line; later ones win.
package struct SettingsReader {
    private let keys: [String: SettingKey]
    private var values: [String: String]
    package private(set) var endpoints: [EndpointSettings] = []
    package private(set) var apiKeys: [APIKeySettings] = []

    package init() {
        keys = Dictionary(uniqueKeysWithValues: SettingTable.all.map { ($0.name, $0) })
        values = keys.mapValues(\.fallback)
    }

    package var settings: SettingValues { SettingValues(values) }

    /// Reads a file's text. Every key must be known; the message names the line.
    package mutating func read(yaml text: String, file: String) throws(SettingsError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw SettingsError("\(file): \(error)")
        }
        guard let root else { return }
        guard let mapping = root.mapping else { throw SettingsError("\(file): expected settings as 'name: value'") }
        try read(mapping, prefix: "", file: file)
    }

    private mutating func read(_ mapping: Node.Mapping, prefix: String, file: String) throws(SettingsError) {
        for (key, value) in mapping {
            let name = prefix + (key.string ?? "")
            let place = "\(file):\(key.mark?.line ?? 0)"
            if name == "endpoints" {
                endpoints = try EndpointSettings.read(value, file: file)
            } else if name == "api.keys" {
                apiKeys = try APIKeySettings.read(value, file: file)
            } else if let inner = value.mapping, keys[name] == nil {
                guard keys.keys.contains(where: { $0.hasPrefix(name + ".") }) || name == "api" else {
                    throw unknown(name, place)
                }
                try read(inner, prefix: name + ".", file: file)
            } else {
                try set(name, Self.text(value), place: place)
            }
        }
    }

    private static func text(_ node: Node) -> String {
        if let sequence = node.sequence { return sequence.compactMap(\.scalar?.string).joined(separator: ", ") }
        return node.scalar?.string ?? ""
    }

    /// Every variable that begins with `REJOINDER_` must name a setting.
    package mutating func read(environment: [String: String]) throws(SettingsError) {
        let names = Dictionary(uniqueKeysWithValues: keys.values.map { ($0.variable, $0.name) })
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix("REJOINDER_") {
            let isForeign = ["REJOINDER_SECRET_", "REJOINDER_AGENT_"].contains { variable.hasPrefix($0) }
            if isForeign || Self.foreign.contains(variable) { continue }
            guard let name = names[variable] else {
                throw SettingsError("the environment: unknown setting \(variable)\(suggestion(variable, names.keys))")
            }
            try set(name, value, place: "the environment, \(variable)")
        }
    }

    /// Variables of the build and the tests.
    private static let foreign: Set<String> = [
        "REJOINDER_SHARED", "REJOINDER_TEST_POSTGRES", "REJOINDER_CONFIG", "REJOINDER_BINARY", "REJOINDER_TARGETS",
        "REJOINDER_URL",
    ]

    /// `name=value`, from the command line.
    package mutating func read(flag assignment: String) throws(SettingsError) {
        guard let equals = assignment.firstIndex(of: "=") else {
            throw SettingsError("--set needs name=value, not '\(assignment)'")
        }
        try set(
            String(assignment[..<equals]), String(assignment[assignment.index(after: equals)...]), place: "--set")
    }

    package mutating func set(_ name: String, _ value: String, place: String) throws(SettingsError) {
        guard let key = keys[name] else { throw unknown(name, place) }
        if key.isSecret, !place.contains("environment") {
            throw SettingsError(
                "\(place): '\(name)' is a secret: set \(key.variable), or '\(name)_file' to a file's path")
        }
        if let refusal = key.kind.refusal(of: value) {
            throw SettingsError("\(place): '\(name)' \(refusal)" + (key.isSecret ? "" : ", not '\(value)'"))
        }
        values[name] = value
    }

    private func unknown(_ name: String, _ place: String) -> SettingsError {
        SettingsError("\(place): unknown setting '\(name)'\(suggestion(name, keys.keys))")
    }

    private func suggestion(_ name: String, _ known: some Sequence<String>) -> String {
        let nearest = known.map { ($0, Spelling.distance(name, $0)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
        guard let nearest, nearest.1 <= max(2, name.count / 4) else { return "" }
        return "; did you mean '\(nearest.0)'?"
    }
}

/// How far two words are apart.
enum Spelling {
    /// Levenshtein's distance.
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let substitution = diagonal + (letter == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
