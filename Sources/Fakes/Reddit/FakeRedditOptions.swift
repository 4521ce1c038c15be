import JSONValue

/// How the fake Reddit is set up. The defaults serve nothing but what is added by `POST /_control/posts`.
package struct FakeRedditOptions: Sendable {
    package var address = "127.0.0.1"
    /// 0: any free port.
    package var port: UInt16 = 0

    package var clientID = "rejoinder"
    package var clientSecret = "fake-client-secret"
    /// The account that may write.
    package var username = "rejoinder_bot"
    package var password = "fake-password"
    package var refreshToken = "fake-refresh-token"
    /// Seconds for which a token is valid.
    package var tokenLifetime = 86_400

    /// A folder of recorded exchanges: every submission in the bodies of its `listing/*.json` is served.
    package var recordings: String?
    /// How many made-up posts there are from the start.
    package var madeUp = 0
    package var seed: UInt64 = 1
    /// When set, a new made-up post appears each time it has passed.
    package var interval: Duration?
    /// The posts that are there from the start become visible in this many waves, oldest first.
    package var waves = 1
    /// Instead of `waves`: how many posts each wave brings.
    package var releasePerScan: Int?
    /// The distance in time between two posts that are there from the start.
    package var spacing = Duration.seconds(20)

    /// A file that keeps comments, waves and added posts over a restart.
    package var state: String?

    /// Requests that one client may make in a window.
    package var quota = 1000
    package var window = Duration.seconds(600)
    /// The account's own limit: how far apart two comments must be. Closer ones get `RATELIMIT`.
    package var commentGap = Duration.zero
    /// How much faster than real life votes and replies arrive.
    package var engagementSpeed = 1.0

    package var faults: [FaultRule<RedditFault>] = []
    package var clock = FakeClock.system

    package init() {}
}
