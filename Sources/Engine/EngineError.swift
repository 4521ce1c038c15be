/// Why the engine did not take an input.
package struct EngineError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Too many inputs wait already: come again.
        case overloaded
        /// The service is stopping: send it to another node, or later.
        case stopping
        /// It lost against other writers too often.
        case contention
        /// The endpoint's lease is no longer held by this node.
        case staleLease
        /// It makes no sense as it is.
        case refused
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
