import JSONValue
import Oracles

/// The form of a `t1` thing.
enum CommentForms {
    /// Who wrote it sees it even when it was removed; `replies` is a listing, or nil for a comment shown alone.
    static func thing(
        _ comment: FakeComment, post: FakePost?, engagement: Engagement, isOwn: Bool, replies: JSON? = nil
    ) -> JSON {
        let isGone = comment.isDeleted || (engagement.isRemoved && !isOwn)
        let mark = comment.isDeleted ? "[deleted]" : "[removed]"
        let body = isGone ? mark : comment.body
        let slug = post?.data["permalink"]?.string ?? "/r/\(comment.community)/comments/\(comment.link.dropFirst(3))/_/"
        var data: JSONObject = [
            "id": .string(comment.id), "name": .string(comment.name), "parent_id": .string(comment.parent),
            "link_id": .string(comment.link), "subreddit": .string(comment.community),
            "subreddit_name_prefixed": .string("r/" + comment.community), "subreddit_type": "public",
            "author": .string(isGone ? "[deleted]" : comment.author), "body": .string(body),
            "body_html": .string("<div class=\"md\"><p>\(RedditForms.escaped(body))</p>\n</div>"),
            "created_utc": .double(comment.created), "created": .double(comment.created),
            "permalink": .string(slug + comment.id + "/"), "edited": comment.edited.map { .double($0) } ?? false,
            "replies": replies ?? "", "stickied": false, "distinguished": nil, "archived": false,
            "send_replies": true, "likes": isOwn ? true : nil, "saved": false, "gilded": 0,
        ]
        let score = JSON.int(Int64(engagement.score))
        let rest: JSONObject = [
            "score": score, "ups": score, "downs": 0, "score_hidden": .bool(engagement.isScoreHidden),
            "controversiality": .int(engagement.score < 0 ? 1 : 0), "collapsed": .bool(engagement.score <= -5),
            "collapsed_reason": nil, "collapsed_reason_code": isGone ? "DELETED" : nil, "locked": false,
            "removed": nil, "banned_by": nil, "mod_reason_title": nil, "num_reports": nil,
        ]
        data = data.merging(rest)
        if isGone {
            data["author_fullname"] = nil
        } else {
            data["author_fullname"] = .string("t2_" + String(StableHash.of(comment.author) % 2_000_000_000, radix: 36))
        }
        if let subreddit = post?.data["subreddit_id"] { data["subreddit_id"] = subreddit }
        return ["kind": "t1", "data": .object(data)]
    }
}
