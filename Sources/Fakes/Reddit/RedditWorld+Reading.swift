import JSONValue
import Oracles

extension RedditWorld {
    /// Answers a request whose token is good and whose window is open.
    mutating func authorised(
        _ route: RedditRoute, _ request: FakeRequest, _ holder: TokenDesk.Holder, now: Double
    ) -> FakeAnswer {
        let user = holder.user
        switch route {
        case .listing(let names): return read(request, listing(names, request, now: now))
        case .info: return read(request, info(request, user: user, now: now))
        case .article(let id, let focus):
            return read(request, article(id, focus: focus, request, user: user, now: now))
        case .userComments(let name): return read(request, comments(of: name, request, user: user, now: now))
        case .userAbout(let name): return read(request, account(named: name))
        case .me: return user.map { account($0) } ?? RedditForms.failure(403, "Forbidden")
        case .about(let name): return read(request, about(name))
        case .rules: return .json(["rules": [], "site_rules": [], "site_rules_flow": []])
        case .comment: return makeComment(request, user: user, now: now)
        case .edit: return editComment(request, user: user, now: now)
        case .delete: return deleteComment(request, user: user)
        case .token, .control, .unknown: return RedditForms.failure(404, "Not Found")
        }
    }

    /// Escapes the texts of an answer unless the client asked for them raw.
    private func read(_ request: FakeRequest, _ answer: FakeAnswer) -> FakeAnswer {
        guard request.query("raw_json") != "1", answer.status == 200, let value = answer.json else { return answer }
        return .json(RedditForms.escaped(value))
    }

    private func limit(_ request: FakeRequest, standard: Int, cap: Int) -> Int {
        guard let limit = request.query("limit").flatMap({ Int($0) }), limit > 0 else { return standard }
        return min(limit, cap)
    }

    // MARK: Listings

    private mutating func listing(_ names: [String]?, _ request: FakeRequest, now: Double) -> FakeAnswer {
        if let names, names.count == 1, shelf.communities[names[0].lowercased()] == nil {
            return FakeAnswer(
                status: 302,
                headers: [("Location", "https://oauth.reddit.com/subreddits/search?q=\(names[0].prefix(100))")])
        }
        let after = request.query("after")
        let before = request.query("before")
        if (after ?? "").isEmpty && (before ?? "").isEmpty { firstPage(of: names) }
        let page = shelf.page(
            of: names, after: after.flatMap { $0.isEmpty ? nil : $0 }, before: before.flatMap { $0.isEmpty ? nil : $0 },
            limit: limit(request, standard: 25, cap: 100))
        return .json(RedditForms.listing(page.items.map(thing), after: page.after, before: page.before))
    }

    private mutating func firstPage(of names: [String]?) {
        let wave = shelf.wave
        shelf.noteFirstPage(of: names)
        if shelf.wave != wave { journal.append(["kind": "wave", "number": .int(Int64(shelf.wave))]) }
    }

    private func thing(_ post: FakePost) -> JSON { post.thing(commentsHere: book.under(post.name).count) }

    // MARK: Things by id

    private func info(_ request: FakeRequest, user: String?, now: Double) -> FakeAnswer {
        let names = (request.query("id") ?? "").split(separator: ",").map(String.init)
        guard names.count <= 100 else { return .json(RedditForms.listing([])) }
        return .json(RedditForms.listing(names.compactMap { thing(named: $0, user: user, now: now) }))
    }

    private func thing(named name: String, user: String?, now: Double) -> JSON? {
        if let post = shelf[name] { return post.wave <= shelf.wave ? thing(post) : nil }
        return book[name].map { thing($0, user: user, now: now, withReplies: false) }
    }

    func thing(_ comment: FakeComment, user: String?, now: Double, withReplies: Bool) -> JSON {
        let engagement = Engagement(of: comment, now: now, speed: options.engagementSpeed)
        var replies: JSON?
        if withReplies {
            let children =
                book.under(comment.link).filter { $0.parent == comment.name }.reversed()
                + engagement.replies.reversed()
            let things = children.map { thing($0, user: user, now: now, withReplies: $0.name.count < 16) }
            replies = things.isEmpty ? nil : RedditForms.listing(things)
        }
        return CommentForms.thing(
            comment, post: shelf[comment.link], engagement: engagement, isOwn: comment.author == user, replies: replies)
    }

    // MARK: Threads and accounts

    private func article(
        _ id: String, focus: String?, _ request: FakeRequest, user: String?, now: Double
    ) -> FakeAnswer {
        guard let post = shelf["t3_" + id], post.wave <= shelf.wave else {
            return RedditForms.failure(404, "Not Found")
        }
        let isFlat = request.query("depth") == "1"
        let all = book.under(post.name)
        let shown = focus.map { wanted in all.filter { $0.id == wanted } } ?? all.filter { $0.parent == post.name }
        let newestFirst = request.query("sort") == "new" ? shown.reversed() : shown
        let things = newestFirst.prefix(limit(request, standard: 200, cap: 500))
            .map { thing($0, user: user, now: now, withReplies: !isFlat) }
        return .json([RedditForms.listing([thing(post)]), RedditForms.listing(things)])
    }

    private func comments(of name: String, _ request: FakeRequest, user: String?, now: Double) -> FakeAnswer {
        guard name.lowercased() == options.username.lowercased() else {
            return RedditForms.failure(404, "Not Found")
        }
        let all = book.by(name).filter { !$0.isDeleted }.reversed().prefix(PostShelf.listingCap)
        let page = Page(
            Array(all), after: request.query("after"), before: request.query("before"),
            limit: limit(request, standard: 25, cap: 100)
        ) { $0.name }
        let things = page.items.map { thing($0, user: user, now: now, withReplies: false) }
        return .json(RedditForms.listing(things, after: page.after, before: page.before))
    }

    private func account(named name: String) -> FakeAnswer {
        guard name.lowercased() == options.username.lowercased() else {
            return RedditForms.failure(404, "Not Found")
        }
        guard let data = account(options.username).json else {
            return RedditForms.failure(500, "Internal Server Error")
        }
        return .json(["kind": "t2", "data": data])
    }

    private func account(_ name: String) -> FakeAnswer {
        .json([
            "name": .string(name), "id": .string(String(StableHash.of(name) % 2_000_000_000, radix: 36)),
            "is_suspended": false, "verified": true, "has_verified_email": true, "is_gold": false, "is_mod": false,
            "link_karma": 1, "comment_karma": 250, "total_karma": 251, "created_utc": 1_700_000_000.0,
            "over_18": false, "inbox_count": 0, "has_mail": false,
        ])
    }

    private func about(_ name: String) -> FakeAnswer {
        guard let own = shelf.communities[name.lowercased()] else {
            return FakeAnswer(
                status: 302,
                headers: [("Location", "https://oauth.reddit.com/subreddits/search?q=\(name.prefix(100))")])
        }
        let subscribers = 1000 + Int64(StableHash.of(own) % 5_000_000)
        return .json([
            "kind": "t5",
            "data": [
                "display_name": .string(own), "display_name_prefixed": .string("r/" + own), "title": .string(own),
                "subreddit_type": "public", "over18": false, "quarantine": false, "user_is_banned": false,
                "user_is_muted": false, "submit_text": "", "public_description": "",
                "subscribers": .int(subscribers), "comment_score_hide_mins": 5, "created_utc": 1_300_000_000.0,
            ],
        ])
    }
}
