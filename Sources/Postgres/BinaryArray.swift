/// Arrays as `array_recv` reads them: dimensions, whether NULLs occur, the elements' type, then each element's length and
/// bytes, all numbers big-endian.
enum BinaryArray {
    private enum ElementType: Int32 { case boolean = 16, bigint = 20, integer = 23, text = 25 }

    static func append(_ values: [Int64], to bytes: inout [UInt8]) {
        header(.bigint, count: values.count, hasNulls: false, to: &bytes)
        bytes.reserveCapacity(bytes.count + values.count * 12)
        for value in values { append(value, to: &bytes) }
    }

    static func append(_ values: [Int64?], to bytes: inout [UInt8]) {
        header(.bigint, count: values.count, hasNulls: true, to: &bytes)
        for value in values { if let value { append(value, to: &bytes) } else { append(-1 as Int32, to: &bytes) } }
    }

    static func append(integers values: [Int], to bytes: inout [UInt8]) {
        header(.integer, count: values.count, hasNulls: false, to: &bytes)
        for value in values {
            append(4 as Int32, to: &bytes)
            append(Int32(clamping: value), to: &bytes)
        }
    }

    static func append(booleans values: [Bool], to bytes: inout [UInt8]) {
        header(.boolean, count: values.count, hasNulls: false, to: &bytes)
        for value in values {
            append(1 as Int32, to: &bytes)
            bytes.append(value ? 1 : 0)
        }
    }

    /// True when a text holds a NUL, which Postgres cannot store.
    static func append(_ values: [String?], to bytes: inout [UInt8]) -> Bool {
        header(.text, count: values.count, hasNulls: true, to: &bytes)
        var holdsNull = false
        for value in values {
            guard var value else {
                append(-1 as Int32, to: &bytes)
                continue
            }
            value.withUTF8 { text in
                append(Int32(text.count), to: &bytes)
                bytes.append(contentsOf: text)
                holdsNull = holdsNull || text.contains(0)
            }
        }
        return holdsNull
    }

    /// Texts that are UTF-8 already. True when one holds a NUL.
    static func append(utf8 values: [[UInt8]?], to bytes: inout [UInt8]) -> Bool {
        header(.text, count: values.count, hasNulls: true, to: &bytes)
        var holdsNull = false
        for value in values {
            guard let value else {
                append(-1 as Int32, to: &bytes)
                continue
            }
            append(Int32(value.count), to: &bytes)
            bytes.append(contentsOf: value)
            holdsNull = holdsNull || value.contains(0)
        }
        return holdsNull
    }

    private static func header(_ type: ElementType, count: Int, hasNulls: Bool, to bytes: inout [UInt8]) {
        append(count == 0 ? 0 : 1 as Int32, to: &bytes)
        append(hasNulls ? 1 : 0 as Int32, to: &bytes)
        append(type.rawValue, to: &bytes)
        guard count > 0 else { return }
        append(Int32(clamping: count), to: &bytes)
        append(1 as Int32, to: &bytes)
    }

    private static func append(_ element: Int64, to bytes: inout [UInt8]) {
        append(8 as Int32, to: &bytes)
        let value = element.bigEndian
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    private static func append(_ number: Int32, to bytes: inout [UInt8]) {
        let value = number.bigEndian
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }
}

/// Arrays of a batch: `\(bigints: ids)` becomes `$1::bigint[]`, and travels in binary form.
extension SQL.StringInterpolation {
    package mutating func appendInterpolation(bigints values: [Int64]) {
        appendArray("bigint") { bytes in
            BinaryArray.append(values, to: &bytes)
            return false
        }
    }

    package mutating func appendInterpolation(bigints values: [Int64?]) {
        appendArray("bigint") { bytes in
            BinaryArray.append(values, to: &bytes)
            return false
        }
    }

    package mutating func appendInterpolation(bigints values: [Int]) {
        appendInterpolation(bigints: values.map(Int64.init))
    }

    /// Numbers of 32 bits; larger ones are cut to the largest.
    package mutating func appendInterpolation(ints values: [Int]) {
        appendArray("int") { bytes in
            BinaryArray.append(integers: values, to: &bytes)
            return false
        }
    }

    package mutating func appendInterpolation(booleans values: [Bool]) {
        appendArray("boolean") { bytes in
            BinaryArray.append(booleans: values, to: &bytes)
            return false
        }
    }

    package mutating func appendInterpolation(texts values: [String?]) {
        appendArray("text") { BinaryArray.append(values, to: &$0) }
    }

    package mutating func appendInterpolation(texts values: [String]) {
        appendInterpolation(texts: values as [String?])
    }

    /// Texts whose UTF-8 is at hand.
    package mutating func appendInterpolation(utf8 values: [[UInt8]?]) {
        appendArray("text") { BinaryArray.append(utf8: values, to: &$0) }
    }

    package mutating func appendInterpolation(utf8 values: [[UInt8]]) {
        appendInterpolation(utf8: values as [[UInt8]?])
    }
}
