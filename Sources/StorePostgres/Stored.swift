import JSONValue
import Store

/// How values are written: as what every database can store and this one gives back equal.
enum Stored {
    /// What is read back; the same limits hold for writing, so that nothing is stored that cannot be read.
    static let limits = JSONLimits(depth: 256, bytes: 16 << 20)

    /// Times further from 1970 are refused: `time_of` is exact up to here.
    private static let farthest: Int64 = 1 << 53
    /// Longer delays are cut: with today's date they stay within what is exact.
    private static let longest: Int64 = 1 << 52

    /// Before every stored time.
    static let beginning = -farthest

    static func object(_ object: JSONObject) throws(StoreError) -> String { try json(.object(object)) }

    static func json(_ value: JSON) throws(StoreError) -> String { String(decoding: try bytes(value), as: UTF8.self) }

    /// The UTF-8 of a JSON value.
    static func bytes(_ value: JSON) throws(StoreError) -> [UInt8] {
        guard let bytes = value.exactBytes() else { throw refused("a number in a JSON value is not finite") }
        guard bytes.count <= limits.bytes else { throw refused("a JSON value is larger than \(limits.bytes) bytes") }
        if mayBeUnreadable(bytes) {
            do { _ = try JSON.parse(bytes, limits: limits) } catch { throw refused("a JSON value: \(error)") }
        }
        return bytes
    }

    static func time(_ time: Timestamp) throws(StoreError) -> Int64 {
        guard (-farthest...farthest).contains(time.microseconds) else {
            throw refused("a time is before 1684 or after 2255")
        }
        return time.microseconds
    }

    static func time(_ time: Timestamp?) throws(StoreError) -> Int64? {
        guard let time else { return nil }
        return try Self.time(time) as Int64
    }

    static func delay(_ microseconds: Int64) -> Int64 { min(max(microseconds, -longest), longest) }

    /// Whether NUL may stand in a string (Postgres's json takes it, its text does not), or nesting may be deeper than
    /// can be read: then a trial tells.
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

    private static func refused(_ problem: String) -> StoreError { StoreError(.refusedData, problem) }
}
