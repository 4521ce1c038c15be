/// Why a text is not a JSON value that this service can store.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case syntax, tooDeep, tooLarge, duplicateKey, unstorableText, numberOutOfRange, trailingText
    }

    package let code: Code
    /// Bytes from the start of the text.
    package let offset: Int
    package let message: String

    package init(_ code: Code, at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    package var description: String { "\(message) at byte \(offset)" }
}

/// What a parser accepts. Each limit is an error with a name when it is reached.
package struct JSONLimits: Sendable {
    package var depth = 64
    package var bytes = 4 << 20

    package init(depth: Int = 64, bytes: Int = 4 << 20) {
        self.depth = depth
        self.bytes = bytes
    }
}
