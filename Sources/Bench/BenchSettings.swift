import Foundation
import Service

/// The service's defaults, whatever the environment and the present folder say.
enum BenchSettings {
    static func load(_ assignments: [String] = []) throws -> ServiceSettings {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        // Named, so that no rejoinder.yaml of the present folder is read.
        let file = folder.path + "/empty.yaml"
        try "{}\n".write(toFile: file, atomically: false, encoding: .utf8)
        return try ServiceSettings.load(config: file, environment: [:], assignments: assignments)
    }
}
