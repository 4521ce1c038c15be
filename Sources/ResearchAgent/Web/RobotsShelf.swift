import HTTPClient
import Threads

/// The rules of the sites that were asked, each for a day at most.
final class RobotsShelf: Sendable {
    typealias Fetch = @Sendable (WebURL) async throws -> HTTPResponse

    private struct Entry: Sendable {
        let rules: RobotsRules
        let until: ContinuousClock.Instant
    }

    private static let capacity = 2000
    private static let redirects = 5
    private let entries = Locked<[String: Entry]>([:])
    private let agent: String
    private let time: TimeSource

    init(agent: String, time: TimeSource) {
        self.agent = agent
        self.time = time
    }

    /// The rules for a URL's site; `fetch` makes one guarded request without following redirects.
    func rules(for url: WebURL, fetch: Fetch) async throws -> RobotsRules {
        let now = time.now
        if let known = entries.withLock({ $0[url.origin] }), known.until > now { return known.rules }
        let (rules, isSure) = try await ask(url, fetch)
        // A site that is down is asked again soon.
        let until = time.now.advanced(by: isSure ? .seconds(86_400) : .seconds(300))
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll() }
            entries[url.origin] = Entry(rules: rules, until: until)
        }
        return rules
    }

    private func ask(_ url: WebURL, _ fetch: Fetch) async throws -> (RobotsRules, isSure: Bool) {
        guard var place = WebURL("/robots.txt", relativeTo: url) else { return (.allowNothing, false) }
        for _ in 0...Self.redirects {
            let response: HTTPResponse
            do { response = try await fetch(place) } catch let error as HTTPClientError {
                // Where no connection can be made there is no page either: the reason is told as it is.
                let isOut = [.forbiddenAddress, .couldNotConnect, .couldNotResolve].contains(error.code)
                if isOut || error.code == .cancelled || error.code == .stopped { throw error }
                // The rules are in there, and nobody reads so far; else nobody answered.
                return (.allowNothing, error.code == .bodyTooLarge)
            }
            switch response.status {
            case 200..<300: return (RobotsRules(response.body, agent: agent), true)
            case 300..<400:
                guard let next = response.headers["Location"].flatMap({ WebURL($0, relativeTo: place) }) else {
                    return (.allowAll, true)
                }
                place = next
            case 429: return (.allowNothing, false)
            case 400..<500: return (.allowAll, true)
            default: return (.allowNothing, false)
            }
        }
        // Too many redirects: as if there were no file.
        return (.allowAll, true)
    }
}
