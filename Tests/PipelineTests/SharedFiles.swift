import Foundation
import JSONValue

/// The folder of shared test data beside the repository. Tests that need it are skipped where it is not there.
enum SharedFiles {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

    static var areThere: Bool { FileManager.default.fileExists(atPath: root.path()) }

    static func json(_ path: String) throws -> JSON {
        try JSON.parse(Array(Data(contentsOf: root.appending(path: path))))
    }
}
