/// A request to make.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Absolute, `http` or `https`.
    package var url: String
    package var headers: [(String, String)]
    package var body: [UInt8]
    /// For the whole of it: waiting for a free connection, connecting, sending, receiving.
    package var timeout: Duration
    package var connectTimeout: Duration
    /// A larger body ends the transfer with `bodyTooLarge`.
    package var maximumBody: Int
    /// False for what must not be done twice: curl sends a request again, and tells nobody, when a connection kept
    /// from an earlier request turns out to be dead. The request then gets a new connection of its own.
    package var reusesConnection: Bool
    /// Whether compressed answers are asked for and decompressed. ``maximumBody`` counts the bytes that come out.
    package var decompresses: Bool
    /// Asked once the first bytes of a body are there; when it says no, the transfer ends and the response has no body.
    package var wantsBody: (@Sendable (HTTPHeaders) -> Bool)?

    package init(
        method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(10),
        maximumBody: Int = 4 * 1024 * 1024, reusesConnection: Bool = true, decompresses: Bool = false,
        wantsBody: (@Sendable (HTTPHeaders) -> Bool)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maximumBody = maximumBody
        self.reusesConnection = reusesConnection
        self.decompresses = decompresses
        self.wantsBody = wantsBody
    }
}
