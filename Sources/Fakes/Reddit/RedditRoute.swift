/// What a request to the fake Reddit is about.
enum RedditRoute: Equatable {
    case token
    case me
    /// Nil: all communities.
    case listing([String]?)
    case info
    case article(String, focus: String?)
    case userComments(String)
    case userAbout(String)
    case about(String)
    case rules(String)
    case comment
    case delete
    case edit
    case control(String)
    case unknown

    static let kinds = [
        "token", "me", "listing", "info", "comments", "user", "about", "comment", "del", "edit", "other",
    ]

    /// The name under which requests are counted and faults are set.
    var kind: String {
        switch self {
        case .token: "token"
        case .me: "me"
        case .listing: "listing"
        case .info: "info"
        case .article: "comments"
        case .userComments, .userAbout: "user"
        case .about, .rules: "about"
        case .comment: "comment"
        case .delete: "del"
        case .edit: "edit"
        case .control, .unknown: "other"
        }
    }

    init(_ request: FakeRequest) {
        let parts = request.segments
        switch request.method {
        case _ where parts.first == "_control" && parts.count == 2: self = .control(parts[1])
        case "GET": self = Self.reading(parts)
        case "POST": self = Self.writing(parts)
        default: self = .unknown
        }
    }

    private static func writing(_ parts: [String]) -> RedditRoute {
        switch parts {
        case ["api", "v1", "access_token"]: .token
        case ["api", "comment"]: .comment
        case ["api", "del"]: .delete
        case ["api", "editusertext"]: .edit
        default: .unknown
        }
    }

    private static func reading(_ parts: [String]) -> RedditRoute {
        switch (parts.first, parts.count) {
        case ("new", 1): .listing(nil)
        case ("api", 2) where parts[1] == "info": .info
        case ("api", 3) where parts[1] == "v1" && parts[2] == "me": .me
        case ("comments", 2...): article(Array(parts.dropFirst()))
        case ("user", 3) where parts[2] == "comments": .userComments(parts[1])
        case ("user", 3) where parts[2] == "about": .userAbout(parts[1])
        case ("r", 3...): community(parts[1], Array(parts.dropFirst(2)))
        default: .unknown
        }
    }

    private static func community(_ names: String, _ rest: [String]) -> RedditRoute {
        switch rest {
        case ["new"]: .listing(names.lowercased() == "all" ? nil : names.split(separator: "+").map(String.init))
        case ["about"]: .about(names)
        case ["about", "rules"]: .rules(names)
        case _ where rest.first == "comments" && rest.count > 1: article(Array(rest.dropFirst()))
        default: .unknown
        }
    }

    /// `{article}`, `{article}/{slug}` or `{article}/{slug}/{comment}`.
    private static func article(_ parts: [String]) -> RedditRoute {
        .article(parts[0].lowercased(), focus: parts.count > 2 ? parts[2].lowercased() : nil)
    }
}
