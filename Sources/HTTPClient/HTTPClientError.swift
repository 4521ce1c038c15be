/// Why there is no response.
package struct HTTPClientError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case couldNotConnect
        /// The host has no address that the client's ``AddressGuard`` permits.
        case forbiddenAddress
        case couldNotResolve
        case timedOut
        case connectionBroken
        case bodyTooLarge
        case tls
        /// The URL, the method or a header is not one that can be sent.
        case badURL
        case cancelled
        case stopped
        case other
    }

    package var code: Code
    /// libcurl's own number; 0 if libcurl was not asked.
    package var curlCode: Int
    package var message: String
    /// False only when it is certain that no byte of the request has left: it may be sent again.
    package var wasSent: Bool

    package init(code: Code, curlCode: Int = 0, message: String, wasSent: Bool) {
        self.code = code
        self.curlCode = curlCode
        self.message = message
        self.wasSent = wasSent
    }

    package var description: String {
        "\(code.rawValue): \(message)" + (curlCode == 0 ? "" : " (curl \(curlCode))")
    }
}
