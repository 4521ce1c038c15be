import JSONValue
import Store

/// Reads Reddit's forms, which differ by year: what is not there is assumed to be harmless, what is wrong is left out.
package enum RedditDecoding {
    static let longestTitle = 1_000
    static let longestText = 40_000
    private static let site = "https://www.reddit.com"

    /// No submission is younger than `now`.
    package static func submissions(_ json: JSON, now: Timestamp) throws(RedditError) -> ListingPage<SubmissionThing> {
        try page(json) { submission($0, now: now) }
    }

    package static func comments(_ json: JSON) throws(RedditError) -> ListingPage<CommentThing> {
        try page(json) { comment($0) }
    }

    /// The answer of `/comments/{article}`: two listings in an array.
    package static func thread(_ json: JSON, now: Timestamp) throws(RedditError) -> CommentThread {
        guard let first = json[0], let second = json[1] else {
            throw RedditError(.unexpectedForm, "expected two listings, found \(json.typeName)")
        }
        let below = try comments(second)
        let isCut = children(second)?.contains { $0["kind"]?.string == "more" } ?? false
        return CommentThread(
            submission: try submissions(first, now: now).things.first, comments: below.things, isCut: isCut)
    }

    private static func page<Thing: Sendable>(
        _ json: JSON, _ read: (JSON) -> Thing?
    ) throws(RedditError) -> ListingPage<Thing> {
        guard let children = children(json) else {
            throw RedditError(.unexpectedForm, "expected a listing, found \(json.typeName)")
        }
        let things = children.compactMap(read)
        let after = json["data"]?["after"]?.string
        return ListingPage(
            things: things, undecodable: children.count - things.count, after: after == "" ? nil : after)
    }

    private static func children(_ json: JSON) -> [JSON]? {
        guard json["kind"]?.string == "Listing" else { return nil }
        return json["data"]?["children"]?.array
    }

    /// Nil when it is no submission, or has no id or community.
    package static func submission(_ thing: JSON, now: Timestamp) -> SubmissionThing? {
        guard thing["kind"]?.string == "t3", let data = thing["data"]?.object,
            let id = data["name"]?.string ?? data["id"]?.string.map({ "t3_" + $0 }), id.hasPrefix("t3_"),
            let post = PostID(id), post.fullname == id, let community = data["subreddit"]?.string, !community.isEmpty
        else { return nil }
        var read = SubmissionThing(submission: submission(post, community, data, now))
        read.isOver18 = data["over_18"]?.bool ?? false
        read.isStickied = data["stickied"]?.bool ?? false
        read.isDistinguished = data["distinguished"]?.string != nil
        read.isLocked = data["locked"]?.bool ?? false
        read.isArchived = data["archived"]?.bool ?? false
        read.isQuarantined = data["quarantine"]?.bool ?? false
        read.isText = data["is_self"]?.bool ?? !read.submission.body.isEmpty
        read.removedBy = data["removed_by_category"]?.string
        read.communityType = data["subreddit_type"]?.string
        return read
    }

    private static func submission(
        _ id: PostID, _ community: String, _ data: JSONObject, _ now: Timestamp
    ) -> Submission {
        let permalink = absolute(data["permalink"]?.string ?? "")
        return Submission(
            id: id, source: "reddit", community: cut(community, 100), author: author(data),
            title: cut(data["title"]?.string ?? "", longestTitle),
            body: cut(data["selftext"]?.string ?? "", longestText),
            url: cut(data["url"]?.string ?? permalink, 2_000), permalink: permalink,
            createdAt: min(moment(data) ?? now, now), score: integer(data["score"]) ?? 0,
            commentCount: max(0, integer(data["num_comments"]) ?? 0), extra: extra(data))
    }

    /// Nil when it is no comment, or lacks what identifies it.
    package static func comment(_ thing: JSON) -> CommentThing? {
        guard thing["kind"]?.string == "t1", let data = thing["data"]?.object,
            let name = data["name"]?.string ?? data["id"]?.string.map({ "t1_" + $0 }), isFullname(name, "t1_")
        else { return nil }
        var read = CommentThing(
            name: name, author: author(data), body: data["body"]?.string ?? "",
            parent: data["parent_id"]?.string ?? "", link: data["link_id"]?.string ?? "",
            permalink: data["permalink"]?.string ?? "",
            createdAt: moment(data) ?? Timestamp(microseconds: 0), score: integer(data["score"]))
        read.isScoreHidden = data["score_hidden"]?.bool ?? false
        read.isLocked = data["locked"]?.bool ?? false
        read.isCollapsed = data["collapsed"]?.bool ?? false
        read.replies = data["replies"].flatMap(children)?.compactMap(comment) ?? []
        return read
    }

    /// A fullname that is safe to put into a path or a form: the kind, then at most 16 letters and digits.
    static func isFullname(_ name: String, _ kind: String) -> Bool {
        guard name.hasPrefix(kind) else { return false }
        let id = name.utf8.dropFirst(kind.utf8.count)
        return (1...16).contains(id.count) && id.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
    }

    private static func author(_ data: JSONObject) -> String? {
        guard let name = data["author"]?.string, !name.isEmpty, name != "[deleted]", name != "[removed]" else {
            return nil
        }
        return cut(name, 100)
    }

    private static func moment(_ data: JSONObject) -> Timestamp? {
        guard let seconds = data["created_utc"]?.double, seconds > 0, seconds < 10_000_000_000 else { return nil }
        return Timestamp(seconds: seconds)
    }

    private static func integer(_ value: JSON?) -> Int? {
        guard let number = value?.double, abs(number) < 1_000_000_000_000 else { return nil }
        return Int(number)
    }

    private static func absolute(_ permalink: String) -> String {
        permalink.hasPrefix("/") ? site + cut(permalink, 500) : cut(permalink, 500)
    }

    private static let kept = [
        "over_18", "stickied", "locked", "archived", "quarantine", "is_self", "distinguished", "removed_by_category",
        "subreddit_type", "domain", "link_flair_text", "author_fullname", "subreddit_id",
    ]

    private static func extra(_ data: JSONObject) -> JSONObject {
        JSONObject(
            kept.compactMap { key in
                switch data[key] {
                case .string(let text): (key, .string(cut(text, 200)))
                case .bool(let flag): (key, .bool(flag))
                default: nil
                }
            })
    }

    static func cut(_ text: String, _ limit: Int) -> String {
        text.utf8.count <= limit ? text : String(text.prefix(limit))
    }
}
