import ArgumentParser
import Foundation
import Service

/// Settings on the command line; they win over the environment, which wins over the file.
struct SettingsOptions: ParsableArguments {
    @Option(help: "YAML file with settings; else $REJOINDER_CONFIG, else ./rejoinder.yaml where it exists.")
    var config: String?

    @Option(help: "postgres://… for Postgres, a path for an SQLite file; nothing for SQLite in the data folder.")
    var database: String?

    @Option(help: "Folder for the SQLite file and for keys that the service makes.")
    var data: String?

    @Option(help: "Port to listen on; 0 for any free one.")
    var port: Int?

    @Option(name: .customLong("set"), help: "Any setting, as name=value; may be given often. See 'rejoinder settings'.")
    var assignments: [String] = []

    /// Reads all layers, with more assignments under those of the command line and more variables under the environment.
    func load(defaults: [String] = [], environment: [String: String] = [:]) throws -> ServiceSettings {
        var all = defaults
        if let database { all.append("database=\(database)") }
        if let data { all.append("data=\(data)") }
        if let port { all.append("listen.port=\(port)") }
        do {
            return try ServiceSettings.load(
                config: config,
                environment: environment.merging(ProcessInfo.processInfo.environment) { _, given in given },
                assignments: all + assignments)
        } catch let error as SettingsError {
            Terminal.complain("settings: \(error)")
            throw Exit.settings
        }
    }
}
