import Foundation
import Glibc
import JSONValue
import Logging

/// Where and how the service logs: text on a terminal, one JSON object a line elsewhere. Always to standard error.
package enum LogSetup {
    package static func start(_ values: SettingValues) {
        start(level: values.text("log.level"), format: values.text("log.format"))
    }

    /// For processes without the service's settings.
    package static func start(level: String, format: String) {
        let level = Logger.Level(rawValue: level) ?? .info
        let isJSON = format == "json" || (format == "auto" && isatty(2) == 0)
        LoggingSystem.bootstrap { label in
            var handler: any LogHandler =
                isJSON ? JSONLogHandler(label: label) : StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
    }
}

/// One JSON object a line: time, level, logger, message, and the metadata as members of its own.
struct JSONLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: JSONObject = [
            "time": .string(Timestamp(seconds: Date().timeIntervalSince1970).description),
            "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string(event.message.description),
        ]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { _, new in new }) {
            line[line[key] == nil ? key : "meta_\(key)"] = .string(value.description)
        }
        FileHandle.standardError.write(Data(JSON.object(line).bytes() + [0x0A]))
    }
}
