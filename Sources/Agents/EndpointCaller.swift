import HTTPClient

/// Sends what protocols have encoded, with the credentials of each endpoint.
package struct EndpointCaller: Sendable {
    private let client: HTTPClient
    private let known: [String: EndpointCredentials]

    package init(client: HTTPClient, credentials: [String: EndpointCredentials]) {
        self.client = client
        known = credentials
    }

    package func credentials(_ endpoint: String) -> EndpointCredentials { known[endpoint] ?? EndpointCredentials() }

    /// Throws ``HTTPClientError``, or nothing but what a cancelled task does.
    package func send(_ call: EndpointCall, timeout: Duration) async throws -> HTTPResponse {
        try await client.send(
            HTTPRequest(method: call.method, url: call.url, headers: call.headers, body: call.body, timeout: timeout))
    }
}
