/// Why a document could not be read, and where: both counted from 1.
package struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The text is not well-formed XML.
        case syntax
        /// The bytes are no text in the encoding that they claim.
        case encoding
        /// Declarations within a document type: entities, defaults of attributes.
        case declaration
        /// A limit of ``XMLLimits`` is reached.
        case limit
    }

    package let code: Code
    package let line: Int
    package let column: Int
    package let message: String

    package init(_ code: Code, line: Int, column: Int, _ message: String) {
        self.code = code
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String { "\(line):\(column): \(message)" }
}
