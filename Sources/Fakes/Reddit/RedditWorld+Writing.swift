import JSONValue

extension RedditWorld {
    static var maximumText: Int { 10_000 }

    mutating func makeComment(_ request: FakeRequest, user: String?, now: Double) -> FakeAnswer {
        let form = request.form
        guard let user else {
            return RedditForms.apiError("USER_REQUIRED", "Please log in to do that.", field: nil)
        }
        guard let target = target(form["thing_id"] ?? "") else { return RedditForms.failure(403, "Forbidden") }
        if let refusal = refusal(ofText: form["text"]) ?? target.refusal ?? pause(user: user, now: now) {
            return refusal
        }
        let comment = FakeComment(
            name: book.nextName(), parent: target.name, link: target.post.name, community: target.post.community,
            author: user, body: form["text"] ?? "", created: now.rounded(.down))
        book.insert(comment)
        journal.append(comment.line)
        return RedditForms.made([thing(comment, user: user, now: now, withReplies: false)])
    }

    mutating func editComment(_ request: FakeRequest, user: String?, now: Double) -> FakeAnswer {
        let form = request.form
        guard let user else {
            return RedditForms.apiError("USER_REQUIRED", "Please log in to do that.", field: nil)
        }
        let name = form["thing_id"] ?? ""
        guard let comment = book[name], comment.author == user, !comment.isDeleted else {
            return RedditForms.failure(403, "Forbidden")
        }
        if let refusal = refusal(ofText: form["text"]) { return refusal }
        let text = form["text"] ?? ""
        let at = now.rounded(.down)
        book.change(name) {
            $0.body = text
            $0.edited = at
        }
        journal.append(["kind": "edit", "name": .string(name), "body": .string(text), "at": .double(at)])
        guard let edited = book[name] else { return RedditForms.failure(403, "Forbidden") }
        return RedditForms.made([thing(edited, user: user, now: now, withReplies: false)])
    }

    /// Reddit answers `{}` whatever was asked for.
    mutating func deleteComment(_ request: FakeRequest, user: String?) -> FakeAnswer {
        let name = request.form["id"] ?? ""
        if let comment = book[name], comment.author == user, !comment.isDeleted {
            book.change(name) { $0.isDeleted = true }
            journal.append(["kind": "delete", "name": .string(name)])
        }
        return .json([:])
    }

    private struct Target {
        let name: String
        let post: FakePost
        var refusal: FakeAnswer?
    }

    /// What a comment would answer; nil when there is no such thing. A deleted submission still takes comments.
    private func target(_ name: String) -> Target? {
        let comment = book[name]
        guard let post = shelf[comment?.link ?? name], post.wave <= shelf.wave else { return nil }
        var target = Target(name: name, post: post)
        if comment?.isDeleted == true {
            target.refusal = RedditForms.apiError("DELETED_COMMENT", "that comment has been deleted", field: "parent")
        } else if post.isLocked {
            target.refusal = RedditForms.apiError("THREAD_LOCKED", "Comments are locked.", field: "parent")
        } else if post.isArchived {
            target.refusal = RedditForms.apiError(
                "TOO_OLD", "that's a piece of history now; it's too late to reply to it", field: "parent")
        }
        return target
    }

    private func refusal(ofText text: String?) -> FakeAnswer? {
        let text = text ?? ""
        if text.allSatisfy(\.isWhitespace) {
            return RedditForms.apiError("NO_TEXT", "we need something here", field: "text")
        }
        guard text.unicodeScalars.count > Self.maximumText else { return nil }
        return RedditForms.apiError("TOO_LONG", "this is too long (max: \(Self.maximumText))", field: "text")
    }

    /// The account's own limit for writing.
    private mutating func pause(user: String, now: Double) -> FakeAnswer? {
        if book.isFull { return RedditForms.failure(503, "Service Unavailable") }
        guard let last = book.comments.last(where: { $0.author == user }) else { return nil }
        let left = last.created + options.commentGap.inSeconds - now
        return left > 0 ? ratelimit(left) : nil
    }
}
