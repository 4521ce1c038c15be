import JSONValue
import Threads

/// As whom a request is made.
package enum RedditIdentity: Sendable, Hashable, CaseIterable {
    /// Our account: may write, and sees its own removed comments.
    case account
    /// The application alone: sees what others see.
    case application
}

/// Owns the bearer tokens: one request for many waiting tasks, a new one a minute before the old ends, and no hammering
/// of an endpoint that refused.
final class TokenKeeper: Sendable {
    struct Token: Sendable {
        var value: String
        var refreshAt: Timestamp
        /// A new refresh token, which replaces the old one.
        var renewed: String?
    }

    private struct Entry: Sendable {
        var token: Token?
        var fetch: Task<Token, any Error>?
        var failure: (error: RedditError, until: Timestamp)?
    }

    private let now: @Sendable () -> Timestamp
    private let fetch: @Sendable (RedditIdentity) async throws -> Token
    private let entries = Locked<[RedditIdentity: Entry]>([:])

    init(
        now: @escaping @Sendable () -> Timestamp,
        fetch: @escaping @Sendable (RedditIdentity) async throws -> Token
    ) {
        self.now = now
        self.fetch = fetch
    }

    func token(_ identity: RedditIdentity) async throws -> String {
        let present = now()
        let step = entries.withLock { entries -> Result<Token, RedditError>? in
            let entry = entries[identity]
            if let token = entry?.token, token.refreshAt > present { return .success(token) }
            if let failure = entry?.failure, failure.until > present { return .failure(failure.error) }
            return nil
        }
        if let step { return try step.get().value }
        return try await fetched(identity).value
    }

    /// Forgets a token that was refused, unless a newer one is there already.
    func discard(_ value: String, _ identity: RedditIdentity) {
        entries.withLock { entries in
            if entries[identity]?.token?.value == value { entries[identity]?.token = nil }
        }
    }

    private func fetched(_ identity: RedditIdentity) async throws -> Token {
        let task = entries.withLock { entries -> Task<Token, any Error> in
            if let running = entries[identity]?.fetch { return running }
            let task = Task { [self] in try await fetchOnce(identity) }
            entries[identity, default: Entry()].fetch = task
            return task
        }
        return try await task.value
    }

    private func fetchOnce(_ identity: RedditIdentity) async throws -> Token {
        do {
            let token = try await fetch(identity)
            entries.withLock { $0[identity] = Entry(token: token) }
            return token
        } catch {
            let failure = error as? RedditError ?? RedditError(.connectionBroken, "no token")
            let until = now() + Self.pause(after: failure)
            entries.withLock { $0[identity] = Entry(failure: (failure, until)) }
            throw failure
        }
    }

    /// How long a failure answers for all who ask.
    private static func pause(after error: RedditError) -> Duration {
        error.retryAfter ?? (error.code == .tokenRefused ? .seconds(60) : .seconds(1))
    }
}
