import Foundation
import Testing

/// Recorded and labelled data that lies outside the repository; tests that read it are skipped where it is absent.
package enum SharedData {
    /// The folder `data` of `$REJOINDER_SHARED`, or of `../shared` beside the repository.
    package static let folder: URL = {
        let given = ProcessInfo.processInfo.environment["REJOINDER_SHARED"].flatMap { $0.isEmpty ? nil : $0 }
        let shared = given.map { URL(filePath: $0) } ?? Repository.root.appending(path: "../shared")
        return shared.appending(path: "data").standardized
    }()

    package static var isPresent: Bool { isPresent("") }

    package static func isPresent(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: url(path).path)
    }

    package static func url(_ path: String) -> URL { path.isEmpty ? folder : folder.appending(path: path) }

    package static func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: url(path))) }

    package static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// The names in a folder, sorted.
    package static func list(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(path).path).sorted()
    }
}

extension Tag {
    /// Reads ``SharedData``.
    @Tag package static var sharedData: Self
    /// Runs the real binary or a real server.
    @Tag package static var system: Self
}

extension Trait where Self == ConditionTrait {
    /// Skips the test where a piece of ``SharedData`` is absent. The reason begins with words that the build looks
    /// for: it refuses such a skip where the folder is there.
    package static func readsSharedData(_ path: String = "") -> Self {
        .enabled(if: SharedData.isPresent(path), "shared data is absent: \(path)")
    }
}
