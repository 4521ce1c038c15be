/// A value that can be read from the text form in which the server sends results.
protocol SQLReadable {
    init?(sqlText bytes: ArraySlice<UInt8>)
}

extension String: SQLReadable {
    init?(sqlText bytes: ArraySlice<UInt8>) { self.init(validating: bytes, as: UTF8.self) }
}

extension Int64: SQLReadable {
    init?(sqlText bytes: ArraySlice<UInt8>) { self.init(String(decoding: bytes, as: UTF8.self)) }
}

extension Int: SQLReadable {
    init?(sqlText bytes: ArraySlice<UInt8>) { self.init(String(decoding: bytes, as: UTF8.self)) }
}

extension Double: SQLReadable {
    init?(sqlText bytes: ArraySlice<UInt8>) { self.init(String(decoding: bytes, as: UTF8.self)) }
}

extension Bool: SQLReadable {
    init?(sqlText bytes: ArraySlice<UInt8>) {
        switch (bytes.count, bytes.first) {
        case (1, UInt8(ascii: "t")): self = true
        case (1, UInt8(ascii: "f")): self = false
        default: return nil
        }
    }
}

extension [UInt8]: SQLReadable {
    /// Reads `\x` and hexadecimal digits.
    init?(sqlText bytes: ArraySlice<UInt8>) {
        let digits = bytes.dropFirst(2)
        guard bytes.starts(with: "\\x".utf8), digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for index in stride(from: digits.startIndex, to: digits.endIndex, by: 2) {
            guard let high = Self.digit(digits[index]), let low = Self.digit(digits[index + 1]) else { return nil }
            append(high << 4 | low)
        }
    }

    private static func digit(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
