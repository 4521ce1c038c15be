/// A statement and its parameters: `"… WHERE id = \(id)"` becomes `$1` and a value, never text in the statement.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    package private(set) var text: String
    private(set) var parameters = ParameterBuffer()

    package init(stringLiteral text: String) { self.text = text }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var parameters = ParameterBuffer()

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ value: some SQLValue) {
            parameters.append(value)
            text += "$\(parameters.count)"
        }

        /// The compiler takes an optional for a mistake unless a method asks for one.
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value?) {
            parameters.append(value)
            text += "$\(parameters.count)"
        }

        /// An array in binary form, cast to the type that it has.
        mutating func appendArray(_ type: String, _ body: (inout [UInt8]) -> Bool) {
            parameters.appendBinary(body)
            text += "$\(parameters.count)::\(type)[]"
        }

        /// Splices text into the statement. Only for text of our own: names, fragments, never what came from outside.
        package mutating func appendInterpolation(raw fragment: String) { text += fragment }
    }

    /// Refuses what the protocol cannot carry.
    func check() throws(PostgresError) {
        if text.utf8.contains(0) { throw PostgresError(.badParameter, "the statement holds a NUL") }
        if let defect = parameters.defect { throw PostgresError(.badParameter, defect) }
    }
}
