/// A value that can stand in a statement. It travels as text; the server infers its type, so a statement casts where
/// that is not plain: `\(ids)::bigint[]`.
package protocol SQLValue: Sendable {
    /// Appends the text of the value; false, and nothing appended, for NULL.
    func appendText(to bytes: inout [UInt8]) -> Bool

    /// Appends the text of an array of such values.
    static func appendArrayText(_ values: [Self], to bytes: inout [UInt8])

    /// Whether the text needs no quotes inside an array.
    static var isPlainInArrays: Bool { get }
}

extension SQLValue {
    package static var isPlainInArrays: Bool { false }

    /// `{"a\"b",NULL,…}`: an array literal in which every element that could mean something else is quoted.
    package static func appendArrayText(_ values: [Self], to bytes: inout [UInt8]) {
        var element: [UInt8] = []
        bytes.append(UInt8(ascii: "{"))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            element.removeAll(keepingCapacity: true)
            if !value.appendText(to: &element) {
                bytes.append(contentsOf: "NULL".utf8)
            } else if isPlainInArrays {
                bytes.append(contentsOf: element)
            } else {
                appendQuoted(element, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendQuoted(_ element: [UInt8], to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let escape = UInt8(ascii: "\\")
        bytes.append(quote)
        for byte in element {
            if byte == quote || byte == escape { bytes.append(escape) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}

extension String: SQLValue {
    package func appendText(to bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: utf8)
        return true
    }
}

extension Int64: SQLValue {
    package static var isPlainInArrays: Bool { true }
    package func appendText(to bytes: inout [UInt8]) -> Bool { description.appendText(to: &bytes) }
}

extension Int: SQLValue {
    package static var isPlainInArrays: Bool { true }
    package func appendText(to bytes: inout [UInt8]) -> Bool { description.appendText(to: &bytes) }
}

extension Bool: SQLValue {
    package static var isPlainInArrays: Bool { true }
    package func appendText(to bytes: inout [UInt8]) -> Bool { description.appendText(to: &bytes) }
}

extension Double: SQLValue {
    package func appendText(to bytes: inout [UInt8]) -> Bool {
        let text = isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : description
        return text.appendText(to: &bytes)
    }
}

/// Here so that `[UInt8]` is `bytea`, not an array of numbers.
extension UInt8: SQLValue {
    package static var isPlainInArrays: Bool { true }
    package func appendText(to bytes: inout [UInt8]) -> Bool { description.appendText(to: &bytes) }

    package static func appendArrayText(_ values: [UInt8], to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\x".utf8)
        for value in values {
            bytes.append(digits[Int(value >> 4)])
            bytes.append(digits[Int(value & 15)])
        }
    }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    package static var isPlainInArrays: Bool { Wrapped.isPlainInArrays }

    package func appendText(to bytes: inout [UInt8]) -> Bool {
        switch self {
        case .none: false
        case .some(let value): value.appendText(to: &bytes)
        }
    }
}

/// An array inside an array travels as its literal, quoted: `unnest` flattens real arrays of arrays, so a statement
/// takes `text[]` and casts each element.
extension Array: SQLValue where Element: SQLValue {
    package func appendText(to bytes: inout [UInt8]) -> Bool {
        Element.appendArrayText(self, to: &bytes)
        return true
    }
}

extension [String] {
    /// The literal of an array, for elements of arrays: `unnest` would flatten arrays of arrays.
    package var arrayText: String {
        var bytes: [UInt8] = []
        String.appendArrayText(self, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
