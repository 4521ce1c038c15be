import Foundation
import GRDB
import JSONValue
import Store

/// How values are written: as what every database can store and this one gives back equal.
enum Stored {
    /// What is read back; the same limits hold for writing, so that nothing is stored that cannot be read.
    static let limits = JSONLimits(depth: 256, bytes: 16 << 20)

    /// An array of texts as JSON.
    static func texts(_ texts: [String]) throws(StoreError) -> String { try json(.array(texts.map(JSON.string))) }

    static func object(_ object: JSONObject) throws(StoreError) -> String { try json(.object(object)) }

    static func json(_ value: JSON) throws(StoreError) -> String {
        guard let bytes = value.exactBytes() else { throw refused("a number in a JSON value is not finite") }
        guard bytes.count <= limits.bytes else { throw refused("a JSON value is larger than \(limits.bytes) bytes") }
        if mayBeUnreadable(bytes) {
            do { _ = try JSON.parse(bytes, limits: limits) } catch { throw refused("a JSON value: \(error)") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether NUL may stand in a string, or nesting may be deeper than can be read: then a trial tells.
    private static func mayBeUnreadable(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var deepest = 0
        var zeros = 0
        var hasNull = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            deepest = max(deepest, depth)
            zeros = byte == UInt8(ascii: "0") ? zeros + 1 : 0
            hasNull = hasNull || zeros >= 4
        }
        return hasNull || deepest > 64
    }

    /// A bound value; text with NUL is refused here because Postgres and every tool that reads the file would cut it.
    static func value(_ value: Bound) throws(StoreError) -> DatabaseValue {
        guard let stored = value?.databaseValue else { return .null }
        if case .string(let text) = stored.storage {
            guard !text.utf8.contains(0) else { throw refused("a text contains NUL") }
            guard text.utf8.count <= limits.bytes else { throw refused("a text is larger than \(limits.bytes) bytes") }
        }
        return stored
    }

    private static func refused(_ problem: String) -> StoreError { StoreError(.refusedData, problem) }
}

extension Stored {
    /// Bytes as a BLOB.
    static func bytes(_ bytes: [UInt8]) -> DatabaseValue { Data(bytes).databaseValue }
}
