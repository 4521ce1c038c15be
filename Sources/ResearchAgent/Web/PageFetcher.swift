import HTTPClient
import Threads
import XML

/// Fetches pages of strangers: public addresses only, whatever names and redirects say; what robots.txt permits; one
/// request at a time for each host; within limits of size and time.
package final class PageFetcher: Sendable {
    /// The name by which robots.txt files speak to us.
    package static let productToken = "RejoinderResearch"
    static let redirects = 5

    private let client: HTTPClient
    private let turns: HostTurns
    private let robots: RobotsShelf
    private let limits: ResearchLimits
    private let time: TimeSource

    /// `allowed` are places (`host:port`) that may have private addresses.
    package init(allowed: Set<String> = [], limits: ResearchLimits, contact: String, time: TimeSource = .system) {
        client = HTTPClient(
            maximumConnections: 64,
            userAgent: "\(Self.productToken)/1.0" + (contact.isEmpty ? "" : " (+\(contact))"),
            addresses: AddressGuard(allowed: allowed))
        turns = HostTurns(time: time)
        robots = RobotsShelf(agent: Self.productToken, time: time)
        self.limits = limits
        self.time = time
    }

    package func close() async { await client.close() }

    /// Reads a page. Throws only when the task is cancelled.
    package func read(_ url: String) async throws -> Page {
        guard var place = WebURL(url) else { return .unread(.badURL) }
        let deadline = time.now.advanced(by: limits.pageTime)
        for _ in 0...Self.redirects {
            let from = place
            let step = try await turns.withTurn(at: from.host) { try await self.step(from, deadline) }
            switch step {
            case .page(let page): return page
            case .redirect(let next): place = next
            }
        }
        return .unread(.tooManyRedirects, at: place)
    }

    private enum Step: Sendable {
        case page(Page)
        case redirect(WebURL)
    }

    private func step(_ url: WebURL, _ deadline: ContinuousClock.Instant) async throws -> Step {
        if turns.isResting(url.host) { return .page(.unread(.resting, at: url)) }
        do {
            let rules = try await robots.rules(for: url) { url in
                try await self.get(url, limit: RobotsRules.byteLimit * 2, deadline) { _ in true }
            }
            guard rules.allows(url.target) else { return .page(.unread(.robots, at: url)) }
            let response = try await get(url, limit: limits.pageBytes, deadline) {
                PageType.isRead($0["Content-Type"])
            }
            return judge(response, url)
        } catch let error as HTTPClientError {
            if error.code == .cancelled || error.code == .stopped { throw CancellationError() }
            return .page(.unread(error, at: url))
        }
    }

    private func get(
        _ url: WebURL, limit: Int, _ deadline: ContinuousClock.Instant,
        _ wantsBody: @escaping @Sendable (HTTPHeaders) -> Bool
    ) async throws -> HTTPResponse {
        let left = time.now.duration(to: deadline)
        guard left > .zero else {
            throw HTTPClientError(code: .timedOut, message: "the page took too long", wasSent: false)
        }
        return try await client.send(
            HTTPRequest(
                url: url.text, headers: [("Accept", "text/html, application/xhtml+xml, text/plain;q=0.8")],
                timeout: left, connectTimeout: min(left, .seconds(10)), maximumBody: limit, decompresses: true,
                wantsBody: wantsBody))
    }

    private func judge(_ response: HTTPResponse, _ url: WebURL) -> Step {
        let type = PageType.essence(response.headers["Content-Type"])
        switch response.status {
        case 200: break
        case 301, 302, 303, 307, 308:
            guard let next = response.headers["Location"].flatMap({ WebURL($0, relativeTo: url) }) else {
                return .page(.unread(.badURL, at: url, status: response.status))
            }
            return .redirect(next)
        case 429, 503:
            let seconds = response.headers["Retry-After"].flatMap { Int($0) } ?? 60
            turns.rest(url.host, for: .seconds(min(max(seconds, 1), 3600)))
            return .page(.unread(.status, at: url, status: response.status, type: type))
        default: return .page(.unread(.status, at: url, status: response.status, type: type))
        }
        guard PageType.isRead(type) else { return .page(.unread(.type, at: url, status: 200, type: type)) }
        let charset = response.headers["Content-Type"].flatMap { HTMLEncoding.charset(in: $0) }
        let text = HTMLEncoding.decode(response.body, charset: charset)
        let content =
            type == "text/plain"
            ? PageText(plain: text, limit: limits.pageCharacters) : PageText(html: text, limit: limits.pageCharacters)
        guard !content.text.isEmpty else { return .page(.unread(.empty, at: url, status: 200, type: type)) }
        return .page(Page(finalURL: url.text, status: 200, contentType: type, content: content, unread: nil))
    }
}
