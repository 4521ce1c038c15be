import Foundation
import JSONValue
import Store

/// Finished posts as JSON lines, in files `<date>-<node>-<first post>.jsonl`. A file has its name once all of it is on
/// the disk, and only then its posts are purged. After a crash a post may stand in two files: the later one counts.
package struct Archive: Sendable {
    private let folder: URL
    private let name: String
    private let now: Timestamp

    /// Makes the folder when it is not there.
    package init(folder: String, node: String, now: Timestamp) throws {
        self.folder = URL(filePath: folder, directoryHint: .isDirectory)
        let safe = node.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" }
        name = "\(now.description.prefix(10))-\(String(safe))"
        self.now = now
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        removeLeftovers()
    }

    /// Files that a process which is gone did not finish; their posts are still there.
    private func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where name.hasSuffix(".part") {
            let path = folder.appending(path: name).path
            let written = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
            guard let written, written.timeIntervalSinceNow < -86_400 else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// Begins a file; nothing is seen of it before it is finished.
    package func begin(_ first: PostID) throws -> Part {
        let place = folder.appending(path: "\(name)-\(first).part")
        guard FileManager.default.createFile(atPath: place.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: place.path])
        }
        return Part(place: place, file: try FileHandle(forWritingTo: place), now: now)
    }

    /// Puts a file and its name on the disk. A name that is taken is never written over.
    package func finish(_ part: Part) throws {
        try part.file.synchronize()
        try part.file.close()
        let stem = part.place.deletingPathExtension().path
        let ends = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? ".jsonl" : ".\($0).jsonl" }
        guard let end = ends.first(where: { !FileManager.default.fileExists(atPath: stem + $0) }) else { return }
        try FileManager.default.moveItem(atPath: part.place.path, toPath: stem + end)
        let directory = try FileHandle(forReadingFrom: folder)
        try directory.synchronize()
        try directory.close()
    }

    /// A file that is being written.
    package struct Part {
        fileprivate let place: URL
        fileprivate let file: FileHandle
        fileprivate let now: Timestamp

        func write(_ records: [PostRecord]) throws {
            var lines = Data()
            for record in records {
                lines.append(contentsOf: record.archived(at: now).bytes())
                lines.append(UInt8(ascii: "\n"))
            }
            try file.write(contentsOf: lines)
        }
    }
}
