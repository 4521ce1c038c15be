import Foundation
import Service

/// The service's defaults, whatever the environment and the present folder say.
enum BenchSettings {
    static func load(_ assignments: [String] = [], endpoints: String = "") throws -> ServiceSettings {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        // Named, so that no rejoinder.yaml of the present folder is read.
        let file = folder.path + "/bench.yaml"
        try (endpoints.isEmpty ? "{}\n" : endpoints).write(toFile: file, atomically: false, encoding: .utf8)
        return try ServiceSettings.load(config: file, environment: [:], assignments: assignments)
    }
}
