/// A text in UTF-16 with its byte order mark.
enum UTF16Bytes {
    static func bigEndian(_ text: String) -> [UInt8] { bytes(text) { [UInt8($0 >> 8), UInt8($0 & 255)] } }

    static func littleEndian(_ text: String) -> [UInt8] { bytes(text) { [UInt8($0 & 255), UInt8($0 >> 8)] } }

    private static func bytes(_ text: String, _ split: (UInt16) -> [UInt8]) -> [UInt8] {
        var bytes = split(0xFEFF)
        for unit in text.utf16 { bytes += split(unit) }
        return bytes
    }
}
