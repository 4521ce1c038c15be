import Foundation
import JSONValue

/// Owns a file of JSON lines that outlives its process: a line is with the system before ``append(_:)`` returns, so a
/// killed fake finds it again. One process writes it.
final class Journal {
    /// The longest file that is read back.
    static let maximumBytes = 256 << 20

    private let file: FileHandle

    /// Opens or makes the file, hands over the lines it holds and stands at its end.
    ///
    /// A last line that was cut by a kill is left where it is and closed by a line break; it is no JSON and is skipped.
    init(path: String, replay: (JSON) -> Void) throws {
        let manager = FileManager.default
        if !manager.fileExists(atPath: path) {
            guard manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw ControlError("cannot make the state file \(path)")
            }
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw ControlError("cannot open the state file \(path)")
        }
        self.file = file
        let bytes = [UInt8](try file.read(upToCount: Self.maximumBytes) ?? Data())
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if let value = try? JSON.parse(Array(line)) { replay(value) }
        }
        try file.seekToEnd()
        if let last = bytes.last, last != UInt8(ascii: "\n") { try file.write(contentsOf: Data([UInt8(ascii: "\n")])) }
    }

    func append(_ value: JSON) throws {
        try file.write(contentsOf: Data(value.bytes() + [UInt8(ascii: "\n")]))
    }

    func close() { try? file.close() }
}
