import Threads

/// An HTTP client: any task may call ``send(_:)``, one thread talks to libcurl.
///
/// It follows no redirect, keeps no cookie, uses no proxy, and speaks `http` and `https` only.
package final class HTTPClient: Sendable {
    private let driver: CurlDriver

    /// The limit counts connections open and kept; a request beyond it waits its turn, its timeout running. With a guard,
    /// only addresses that it permits are connected to; without one, any: for URLs of the operator's own settings.
    package init(maximumConnections: Int = 512, userAgent: String, addresses: AddressGuard? = nil) {
        driver = CurlDriver(maximumConnections: maximumConnections, userAgent: userAgent, addresses: addresses)
        driver.start()
    }

    deinit { driver.stop() }

    /// Throws ``HTTPClientError`` and nothing else. When it has returned, the transfer is gone: so also if cancelled.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if Task.isCancelled { throw HTTPClientError.cancelled(wasSent: false) }
        if let fault = request.fault { throw HTTPClientError(code: .badURL, message: fault, wasSent: false) }
        let order = Order(request)
        driver.post(.start(order))
        do {
            return try await order.reply.value
        } catch is CancellationError {
            throw HTTPClientError.cancelled(wasSent: await driver.withdraw(order))
        }
    }

    /// Ends all transfers with `stopped`; returns when the thread has ended.
    package func close() async {
        driver.stop()
        await driver.ended()
    }
}

extension HTTPClientError {
    static func cancelled(wasSent: Bool) -> HTTPClientError {
        HTTPClientError(code: .cancelled, message: "the task was cancelled", wasSent: wasSent)
    }

    static func stopped(wasSent: Bool) -> HTTPClientError {
        HTTPClientError(code: .stopped, message: "the client was closed", wasSent: wasSent)
    }
}
