import Foundation

/// Where things lie on this machine while tests run.
package enum Repository {
    /// The folder with `Package.swift`.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    /// The folder into which this test run was built.
    package static let products: URL = {
        let test = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
        let folder = test.deletingLastPathComponent()
        if FileManager.default.fileExists(atPath: folder.appending(path: "rejoinder").path) { return folder }
        return root.appending(path: ".build/debug")
    }()

    /// The built `rejoinder` binary.
    package static var binary: String { products.appending(path: "rejoinder").path }
}
