/// A request that has arrived whole.
package struct ServerRequest: Sendable {
    package var method: String
    /// As sent, without the query: still percent-encoded.
    package var path: String
    /// Percent-decoded, `+` read as a space, in the order sent.
    package var query: [(name: String, value: String)]
    package var headers: HTTPFields
    package var body: [UInt8]
    /// The numeric address of the peer, without its port.
    package var remoteAddress: String

    package init(
        method: String = "GET", path: String = "/", query: [(name: String, value: String)] = [],
        headers: HTTPFields = HTTPFields(), body: [UInt8] = [], remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }
}
