/// Reads the text form of a Postgres array of one dimension: `{1,NULL,"a \"quoted\" text"}`.
struct ArrayLiteral {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// The text of each element, nil for NULL; nil when this is no array of one dimension.
    static func elements(of bytes: ArraySlice<UInt8>) -> [[UInt8]?]? {
        guard bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}"), bytes.count >= 2 else { return nil }
        if bytes.count == 2 { return [] }
        var reader = ArrayLiteral(bytes: bytes.dropFirst().dropLast())
        return reader.all()
    }

    private init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    private mutating func all() -> [[UInt8]?]? {
        var elements: [[UInt8]?] = []
        while true {
            guard let element = next() else { return nil }
            elements.append(element.isNull ? nil : element.bytes)
            if position == bytes.endIndex { return elements }
            guard bytes[position] == UInt8(ascii: ",") else { return nil }
            position += 1
        }
    }

    private mutating func next() -> (bytes: [UInt8], isNull: Bool)? {
        guard position < bytes.endIndex else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "\""): return quoted().map { ($0, false) }
        case UInt8(ascii: "{"): return nil
        default: break
        }
        let end = bytes[position...].firstIndex(of: UInt8(ascii: ",")) ?? bytes.endIndex
        let text = Array(bytes[position..<end])
        position = end
        return text.isEmpty ? nil : (text, text.elementsEqual("NULL".utf8))
    }

    private mutating func quoted() -> [UInt8]? {
        var text: [UInt8] = []
        position += 1
        while position < bytes.endIndex {
            var byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return text }
            if byte == UInt8(ascii: "\\") {
                guard position < bytes.endIndex else { return nil }
                byte = bytes[position]
                position += 1
            }
            text.append(byte)
        }
        return nil
    }
}
