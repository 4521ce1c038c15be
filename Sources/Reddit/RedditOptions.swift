/// How one account reaches Reddit. Its description names no secret.
package struct RedditOptions: Sendable {
    /// How the account proves itself.
    package enum Credential: Sendable {
        case password(String)
        case refreshToken(String)
    }

    /// Without a slash at the end; the fake Reddit serves both under one address.
    package var tokenBase = "https://www.reddit.com"
    package var apiBase = "https://oauth.reddit.com"
    package var clientID: String
    package var clientSecret: String
    package var username: String
    package var credential: Credential
    package var userAgent: String
    package var readTimeout: Duration = .seconds(30)
    /// For a comment as a whole; connecting has 10 s of it.
    package var postTimeout: Duration = .seconds(60)
    /// A longer wait for the rate window is an error that says how long, instead of a task that sleeps.
    package var longestWait: Duration = .seconds(5)

    package init(
        clientID: String, clientSecret: String, username: String, credential: Credential, userAgent: String
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.username = username
        self.credential = credential
        self.userAgent = userAgent
    }

    /// The form that Reddit asks for: `<platform>:<app id>:<version> (by /u/<name>)`. Libraries' own names are
    /// throttled.
    package static func userAgent(application: String, version: String, operator name: String) -> String {
        "linux:\(application):\(version) (by /u/\(name))"
    }
}

extension RedditOptions: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Reddit account \(username) at \(apiBase)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["username": username, "apiBase": apiBase]) }
}
