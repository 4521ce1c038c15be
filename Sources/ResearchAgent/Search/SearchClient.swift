import HTTPClient
import Threads

/// Searches, once more after a pause when the search could not answer.
package struct SearchClient: Sendable {
    let provider: SearchProvider
    private let client: HTTPClient
    private let time: TimeSource

    private static let longestWait = Duration.seconds(20)

    init(_ provider: SearchProvider, client: HTTPClient, time: TimeSource) {
        self.provider = provider
        self.client = client
        self.time = time
    }

    /// Throws only when the task is cancelled.
    func search(_ query: String) async throws -> Result<SearchAnswer, SearchFailure> {
        let first = try await once(query)
        guard case .failure(let failure) = first, failure.isPassing else { return first }
        let wait = failure.retryAfter ?? .seconds(2)
        guard wait <= Self.longestWait else { return first }
        try await time.sleep(for: wait)
        return try await once(query)
    }

    private func once(_ query: String) async throws -> Result<SearchAnswer, SearchFailure> {
        do {
            let response = try await client.send(provider.encode(query))
            do throws(SearchFailure) { return .success(try provider.decode(response)) } catch { return .failure(error) }
        } catch let error as HTTPClientError {
            if error.code == .cancelled || error.code == .stopped { throw CancellationError() }
            return .failure(SearchFailure(.unreachable, "the search does not answer (\(error.code.rawValue))"))
        }
    }
}
