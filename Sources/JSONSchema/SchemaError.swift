/// Why a JSON value is not a schema that we can check.
package struct SchemaError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// A keyword outside the supported subset.
        case unknownKeyword
        /// A keyword whose value has the wrong form.
        case badKeyword
        case tooDeep
    }

    package let code: Code
    /// JSON pointer to the place within the schema.
    package let path: String
    package let message: String

    package init(_ code: Code, at path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : "\(message) at \(path)" }
}
