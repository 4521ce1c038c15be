/// What the handler answers.
package struct ServerResponse: Sendable {
    /// What becomes of the connection afterwards.
    package enum Disposition: Sendable, Hashable {
        /// Open for the next request, if the client wishes so.
        case keep
        /// Closed once the answer has left; the client is told.
        case close
        /// Cut at once: nothing of the answer is sent.
        case drop
    }

    package var status: Int
    /// `Content-Length`, `Transfer-Encoding` and `Connection` are the server's own and are ignored here.
    package var headers: [(String, String)]
    package var body: [UInt8]
    package var connection: Disposition

    package init(
        status: Int, headers: [(String, String)] = [], body: [UInt8] = [], connection: Disposition = .keep
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.connection = connection
    }

    /// A short plain text.
    package init(status: Int, text: String, connection: Disposition = .keep) {
        self.init(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8),
            connection: connection)
    }
}
