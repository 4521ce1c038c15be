import JSONValue

/// Finds the outermost JSON objects in a text.
package struct ObjectScan {
    /// Those that parse, in order.
    package private(set) var objects: [JSON] = []
    /// True when the text ends within an object.
    package private(set) var isCut = false
    /// Why the first brace pair that is no JSON is none.
    package private(set) var problem: String?

    /// Most brace pairs that are tried.
    private static let tryLimit = 32

    package init(_ text: Substring) {
        let bytes = Array(text.utf8)
        var position = 0
        for _ in 0..<Self.tryLimit {
            guard let open = bytes[position...].firstIndex(of: UInt8(ascii: "{")) else { return }
            guard let end = Self.end(of: bytes, from: open) else {
                // Braces of prose do not begin like an object.
                isCut = objects.isEmpty && Self.beginsLikeObject(bytes[(open + 1)...])
                return
            }
            position = add(Array(bytes[open..<end])) ? end : open + 1
        }
    }

    /// A model's answer without its reasoning aloud, which comes before it between `<think>` tags; the opening one may be
    /// missing.
    package static func withoutThoughts(_ answer: String) -> Substring {
        var rest = answer[...]
        for tag in ["</think>", "</thinking>", "</reasoning>"] {
            while let end = rest.firstRange(of: tag) { rest = rest[end.upperBound...] }
        }
        return rest
    }

    private mutating func add(_ candidate: [UInt8]) -> Bool {
        do {
            objects.append(try JSON.parse(candidate))
            return true
        } catch {
            // The code is ours; the parser's message may name a key of the text.
            if problem == nil { problem = "the answer's object is not JSON (\(error.code.rawValue))" }
            return false
        }
    }

    /// The end of the object that opens at an index: strings are stepped over, braces counted.
    private static func end(of bytes: [UInt8], from open: Int) -> Int? {
        var depth = 0
        var isString = false
        var index = open
        while index < bytes.count {
            switch (bytes[index], isString) {
            case (UInt8(ascii: "\\"), true): index += 1
            case (UInt8(ascii: "\""), _): isString.toggle()
            case (UInt8(ascii: "{"), false): depth += 1
            case (UInt8(ascii: "}"), false):
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func beginsLikeObject(_ bytes: ArraySlice<UInt8>) -> Bool {
        let first = bytes.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
        return first == nil || first == UInt8(ascii: "\"")
    }
}
