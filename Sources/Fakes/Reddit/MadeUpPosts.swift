import JSONValue
import Oracles

/// Writes posts that look like Reddit's: the same post for the same seed and number.
enum MadeUpPosts {
    private static let firstID = 4_000_000_000

    static func post(number: Int, seed: UInt64) -> FakePost {
        var numbers = SeededNumbers(seed: StableHash.of("post", String(seed), String(number)))
        let draft = MadeUpTexts.draft(&numbers)
        let author = "\(numbers.pick(MadeUpTexts.authors))_\(numbers.next() % 900 + 100)"
        let data = data(
            number: number, community: draft.community, title: draft.title, text: draft.text, author: author)
        var post = FakePost(name: name(number), community: draft.community, data: data)
        post.created = Double(number)
        return post
    }

    /// The members that every decoder of listings looks for.
    static func data(number: Int, community: String, title: String, text: String, author: String) -> JSONObject {
        let id = String(name(number).dropFirst(3))
        let permalink = "/r/\(community)/comments/\(id)/\(slug(title))/"
        let score = Int64(StableHash.of(id, "score") % 200)
        return [
            "id": .string(id), "name": .string(name(number)), "subreddit": .string(community),
            "subreddit_name_prefixed": .string("r/" + community), "subreddit_type": "public",
            "subreddit_id": .string("t5_" + String(StableHash.of(community) % 50_000_000, radix: 36)),
            "title": .string(title), "selftext": .string(text), "is_self": true, "author": .string(author),
            "author_fullname": .string("t2_" + String(StableHash.of(author) % 2_000_000_000, radix: 36)),
            "created_utc": 0.0, "created": 0.0, "score": .int(score), "ups": .int(score), "downs": 0,
            "upvote_ratio": 0.9, "num_comments": .int(Int64(StableHash.of(id, "comments") % 40)),
            "permalink": .string(permalink), "url": .string("https://www.reddit.com" + permalink),
            "domain": .string("self." + community), "over_18": false, "stickied": false, "locked": false,
            "archived": false, "quarantine": false, "distinguished": nil, "removed_by_category": nil, "edited": false,
            "hide_score": false, "spoiler": false, "pinned": false, "link_flair_text": nil, "is_video": false,
        ]
    }

    private static func name(_ number: Int) -> String { "t3_" + String(firstID + number, radix: 36) }

    private static func slug(_ title: String) -> String {
        let words = title.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        return words.prefix(8).joined(separator: "_")
    }
}
