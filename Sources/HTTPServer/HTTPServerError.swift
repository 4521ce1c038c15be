import Glibc

/// Why a server could not start.
package struct HTTPServerError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Somebody listens there already: another port may do.
        case portTaken
        /// The address is not a numeric IPv4 or IPv6 address, or not one of this machine.
        case badAddress
        case notPermitted
        case other
    }

    package var code: Code
    package var errno: Int32
    package var operation: String

    package var description: String { "\(operation): \(String(cString: strerror(errno)))" }

    /// Reads `errno`: to be made right after the failed call.
    static func current(_ operation: String) -> HTTPServerError {
        let errno = Glibc.errno
        let code: Code =
            switch errno {
            case EADDRINUSE: .portTaken
            case EADDRNOTAVAIL: .badAddress
            case EACCES, EPERM: .notPermitted
            default: .other
            }
        return HTTPServerError(code: code, errno: errno, operation: operation)
    }
}
