/// Where the server listens and how much it bears with.
package struct ServerOptions: Sendable {
    /// A numeric IPv4 or IPv6 address.
    package var address: String
    /// 0 takes any free port: ``HTTPServer/port`` tells which.
    package var port: UInt16
    /// A connection beyond this number is closed as soon as it is made.
    package var connectionLimit: Int
    /// Bytes per connection: also the limit for a request's line and headers together.
    package var connectionMemory: Int
    /// How long a connection may say nothing between requests or within one. Whole seconds, rounded up.
    package var idleTimeout: Duration
    /// How long a request may take to arrive, however busily it trickles in.
    package var requestDeadline: Duration
    /// How long the handler may take; then the client is told 503 and the handler is cancelled.
    package var handlerDeadline: Duration
    /// The largest body in bytes, asked once per request as soon as its headers are there.
    package var bodyLimit: @Sendable (_ method: String, _ path: String) -> Int

    package init(
        address: String = "127.0.0.1", port: UInt16 = 0, connectionLimit: Int = 10_000,
        connectionMemory: Int = 32 * 1024, idleTimeout: Duration = .seconds(30),
        requestDeadline: Duration = .seconds(30), handlerDeadline: Duration = .seconds(60),
        bodyLimit: @escaping @Sendable (_ method: String, _ path: String) -> Int = { _, _ in 1024 * 1024 }
    ) {
        self.address = address
        self.port = port
        self.connectionLimit = connectionLimit
        self.connectionMemory = connectionMemory
        self.idleTimeout = idleTimeout
        self.requestDeadline = requestDeadline
        self.handlerDeadline = handlerDeadline
        self.bodyLimit = bodyLimit
    }
}
