import Foundation

/// A folder that is removed with everything in it when the last reference goes, or, where its process was killed, when
/// the next process makes its first one.
package final class TemporaryFolder: Sendable {
    package let path: String

    private static let parent = FileManager.default.temporaryDirectory
    private static let prefix = "rejoinder-test-"

    package init() throws {
        Self.sweep
        let name = "\(Self.prefix)\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
        path = Self.parent.appending(path: name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Removes, once a process, what processes left that are gone.
    private static let sweep: Void = {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? [] {
            guard name.hasPrefix(prefix), let owner = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }),
                kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            // Somebody else may be removing it too.
            try? FileManager.default.removeItem(at: parent.appending(path: name))
        }
    }()

    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    @discardableResult package func write(_ text: String, to name: String) throws -> String {
        let file = URL(filePath: file(name))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}
