internal import CAssets

/// A file of the repository that the binary carries: charts, migrations, schemas, prompts, pages.
package struct Asset: Sendable, Hashable {
    /// Path from the root of the repository, such as `migrations/sqlite/001_start.sql`.
    package let path: String
    package let bytes: [UInt8]

    /// The content as UTF-8 text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The last component of the path.
    package var name: String { String(path.split(separator: "/").last ?? "") }

    /// All files, in the order of their paths.
    package static let all: [Asset] = (0..<c_assets_count).map { Asset(c_asset_at($0).pointee) }

    /// The file at a path, if the binary carries it.
    package static func at(_ path: String) -> Asset? { all.first { $0.path == path } }

    /// The files directly or deeper inside a folder.
    package static func under(_ folder: String) -> [Asset] { all.filter { $0.path.hasPrefix(folder + "/") } }

    private init(_ raw: c_asset) {
        path = String(cString: raw.path)
        bytes = Array(UnsafeBufferPointer(start: raw.bytes, count: raw.count))
    }
}
