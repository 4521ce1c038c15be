import Foundation
import JSONValue
import Pipeline
import Store

/// All settings of a service, read and checked. Secrets are inside, and never in a description.
package struct ServiceSettings: Sendable, CustomStringConvertible {
    package var values: SettingValues
    package var pipeline: PipelineSettings
    package var endpoints: [EndpointSettings]
    package var apiKeys: [APIKeySettings]
    package var environment: [String: String]

    package var description: String { "(settings)" }

    /// Puts the layers together: the file (`--config`, else REJOINDER_CONFIG, else `rejoinder.yaml` where it exists), the
    /// environment, `name=value` assignments of the command line.
    package static func load(
        config: String?, environment: [String: String], assignments: [String]
    ) throws -> ServiceSettings {
        var reader = SettingsReader()
        let path = config ?? environment["REJOINDER_CONFIG"]
        let fallback = "rejoinder.yaml"
        if let path {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SettingsError("the settings file \(path) cannot be read")
            }
            try reader.read(yaml: text, file: path)
        } else if let text = try? String(contentsOfFile: fallback, encoding: .utf8) {
            try reader.read(yaml: text, file: fallback)
        }
        try reader.read(environment: environment)
        for assignment in assignments { try reader.read(flag: assignment) }
        return try ServiceSettings(reader, environment)
    }

    init(_ reader: SettingsReader, _ environment: [String: String]) throws(SettingsError) {
        values = reader.settings
        endpoints = reader.endpoints
        apiKeys = reader.apiKeys
        self.environment = environment
        pipeline = try Self.pipeline(reader.settings)
    }

    /// The same settings with another value for one of the service's own.
    package func with(_ name: String, _ value: String) -> ServiceSettings {
        var copy = self
        copy.values.set(name, value)
        return copy
    }

    /// The pipeline reads its own settings: numbers, flags and lists as JSON, everything else as text.
    private static func pipeline(_ values: SettingValues) throws(SettingsError) -> PipelineSettings {
        var object = JSONObject()
        let defaults = JSON.object(PipelineSettings().json)
        for field in SettingField.all where !values.text(field.name).isEmpty {
            let path = field.name.split(separator: ".").map(String.init)
            let isList = path.reduce(defaults as JSON?) { $0?[$1] }?.array != nil
            put(
                isList ? .array(values.texts(field.name).map(value)) : value(values.text(field.name)), path[...],
                &object)
        }
        do {
            return try PipelineSettings(reading: object)
        } catch {
            throw SettingsError("setting \(error)")
        }
    }

    private static func value(_ text: String) -> JSON {
        switch text {
        case "true": true
        case "false": false
        default: (try? JSON.parse(text)).flatMap { $0.double == nil ? nil : $0 } ?? .string(text)
        }
    }

    private static func put(_ value: JSON, _ path: ArraySlice<String>, _ object: inout JSONObject) {
        guard let first = path.first else { return }
        if path.count == 1 {
            object[first] = value
        } else {
            var inner = object[first]?.object ?? JSONObject()
            put(value, path.dropFirst(), &inner)
            object[first] = .object(inner)
        }
    }

    /// A secret: from its own variable, else from the file that `<name>_file` names; nil when neither is given.
    package func secret(_ name: String) throws(SettingsError) -> String? {
        if !values.text(name).isEmpty { return values.text(name) }
        let path = values.text("\(name)_file")
        return path.isEmpty ? nil : try SecretSource.file(path).read(environment)
    }

    package var isPostgres: Bool {
        let database = values.text("database")
        return database.hasPrefix("postgres://") || database.hasPrefix("postgresql://")
    }

    /// The database for banners and logs: without a password.
    package var databaseForPeople: String {
        guard isPostgres else { return sqlitePath }
        let url = values.text("database")
        guard let at = url.lastIndex(of: "@"), let scheme = url.range(of: "://") else { return url }
        return url[..<scheme.upperBound] + "…" + url[at...]
    }

    package var sqlitePath: String {
        let database = values.text("database")
        if database.isEmpty { return values.text("data") + "/rejoinder.sqlite" }
        return database.hasPrefix("sqlite:") ? String(database.dropFirst(7)) : database
    }

    package var node: String {
        let name = values.text("node")
        // The lock on the file makes its server the only one, whatever process it is.
        if name.isEmpty, !isPostgres { return ProcessInfo.processInfo.hostName }
        return name.isEmpty ? "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)" : name
    }
}
