/// Why the server itself turns a request away, before or instead of the handler.
package enum Refusal: Sendable, Hashable {
    case bodyTooLarge(limit: Int)
    /// Two lengths, or a length and a transfer coding, or a coding other than `chunked`: where the request ends
    /// would be a guess, and two servers in a row would guess differently.
    case ambiguousLength
    case missingHost
    /// A character in the request line, in a header's name or in its value that must not be there.
    case malformedHeader
    case handlerTooSlow
    case closing

    package var status: Int {
        switch self {
        case .bodyTooLarge: 413
        case .ambiguousLength, .missingHost, .malformedHeader: 400
        case .handlerTooSlow, .closing: 503
        }
    }

    package var message: String {
        switch self {
        case .bodyTooLarge(let limit): "the body is larger than \(limit) bytes"
        case .ambiguousLength: "the length of the body is ambiguous"
        case .missingHost: "exactly one Host header is required"
        case .malformedHeader: "the request line or a header is malformed"
        case .handlerTooSlow: "the answer took too long"
        case .closing: "the server is closing"
        }
    }

    /// The answer when nobody renders refusals in another way.
    package var plainResponse: ServerResponse { ServerResponse(status: status, text: message + "\n") }
}
