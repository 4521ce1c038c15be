import Crypto
import Engine
import HTTPClient
import Logging
import Pipeline
import Reddit
import Store

/// The parts that speak to Reddit. Without an account nothing is scanned, and comments end as dry runs.
struct RedditParts {
    let http: HTTPClient
    let performer: CommentPerformer
    let limiter: PostingLimiter
    private let client: RedditClient
    private let settings: ServiceSettings
    private let logger: Logger

    init(
        _ settings: ServiceSettings, store: any Store, keys: CallbackKeys, clock: DatabaseClock, logger: Logger
    ) throws {
        self.settings = settings
        self.logger = logger
        let values = settings.values
        let account = values.text("reddit.account")
        let mode = settings.pipeline.posting.mode
        guard !account.isEmpty || mode == .off || mode == .dryRun else {
            throw SettingsError("posting.mode is \(mode.rawValue), but there is no reddit.account to post with")
        }
        let options = try Self.options(settings, account: account)
        http = HTTPClient(maximumConnections: 16, userAgent: options.userAgent)
        let system = RedditClock.system
        client = RedditClient(
            options: options, http: http,
            clock: RedditClock(now: { clock.now }, sleep: system.sleep, random: system.random), logger: logger)
        let posting = settings.pipeline.posting
        limiter = PostingLimiter(
            account: Self.endpointName(account),
            limits: SlotPlan.Limits(
                account: SlotPlan.Rule(gap: posting.accountGap, perDay: posting.maxPerDayAccount),
                community: SlotPlan.Rule(gap: posting.communityGap, perDay: posting.maxPerDayCommunity)),
            communities: values.texts("reddit.communities"), logger: logger, load: { try await store.limits($0) })
        performer = CommentPerformer(
            client: client, sources: StoredCommentSources(store), settings: settings.pipeline, limiter: limiter,
            authorKey: keys.key(for: "authors"), logger: logger)
    }

    /// The endpoint that stands for the account in leases, limits and the outbox.
    static func endpointName(_ account: String) -> String { account.isEmpty ? "dry_run" : "reddit:\(account)" }

    /// Nil when there is nothing to scan.
    func scanner(store: any Store, engine: Engine) throws -> Scanner? {
        let communities = settings.values.texts("reddit.communities")
        guard !communities.isEmpty else { return nil }
        let account = settings.values.text("reddit.account")
        guard !account.isEmpty else {
            throw SettingsError("reddit.communities names communities to scan, but there is no reddit.account")
        }
        var options = Scanner.Options(
            communities: communities, rules: SkipRules(ownAccounts: [account]),
            priority: { Priority.of($0, now: $1) })
        options.maximumAge = settings.values.duration("retention.ledger")
        return Scanner(
            client: client,
            sink: EngineIngest(
                engine: engine, store: store, leastPriority: settings.pipeline.thresholds.priority), options: options,
            logger: logger)
    }

    private static func options(_ settings: ServiceSettings, account: String) throws(SettingsError) -> RedditOptions {
        let values = settings.values
        let agent = values.text("reddit.user_agent")
        var options = RedditOptions(
            clientID: values.text("reddit.client_id"),
            clientSecret: try settings.secret("reddit.client_secret") ?? "",
            username: account.isEmpty ? endpointName(account) : account,
            credential: .password(try settings.secret("reddit.password") ?? ""),
            userAgent: agent.isEmpty
                ? RedditOptions.userAgent(
                    application: "rejoinder", version: Composition.version,
                    operator: account.isEmpty ? "nobody" : account)
                : agent)
        options.apiBase = values.text("reddit.api_url")
        options.tokenBase = values.text("reddit.token_url")
        return options
    }
}
