import Foundation

/// Owns a folder for temporary files.
struct TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "rejoinder-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// What cannot be removed is left to the system, which cleans its folder of temporary files.
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
