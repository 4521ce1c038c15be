import JSONValue

extension RedditWorld {
    /// Answers `/_control/…`, which only tests and the demo know.
    mutating func control(_ name: String, _ request: FakeRequest, now: Double) -> FakeAnswer {
        do {
            switch (request.method, name) {
            case (_, "faults"): return faults.control(request)
            case ("GET", "state"): return .json(described)
            case ("POST", "posts"): return try addPosts(request, now: now)
            case ("POST", "advance"): return try advance(request)
            default: return RedditForms.failure(404, "Not Found")
            }
        } catch {
            return .json(["error": .string("\(error)")], status: 400)
        }
    }

    private mutating func advance(_ request: FakeRequest) throws -> FakeAnswer {
        if !request.body.isEmpty { _ = try ControlMembers(try JSON.parse(request.body), known: [], place: "advance") }
        shelf.advance()
        journal.append(["kind": "wave", "number": .int(Int64(shelf.wave))])
        return .json(["wave": .int(Int64(shelf.wave)), "waves": .int(Int64(shelf.waves))])
    }

    /// `{"posts": [{"subreddit", "title", "selftext"…}], "remove": [names], "lock": [names]}`.
    private mutating func addPosts(_ request: FakeRequest, now: Double) throws -> FakeAnswer {
        let body = try ControlMembers(
            try JSON.parse(request.body), known: ["posts", "remove", "lock"], place: "posts")
        let wanted = try body.array("posts") ?? []
        guard wanted.count + shelf.posts.count <= 100_000 else { throw ControlError("posts: there are too many") }
        var added: [FakePost] = []
        for (number, value) in wanted.enumerated() {
            added.append(
                try post(value, place: "posts[\(number)]", number: shelf.posts.count + number, now: now))
        }
        shelf.add(added)
        journal += added.map { ["kind": "post", "data": .object($0.data)] }
        for name in try body.array("remove") ?? [] {
            _ = shelf.change(name.string ?? "") { $0.isRemoved = true }
        }
        for name in try body.array("lock") ?? [] {
            _ = shelf.change(name.string ?? "") { $0.data["locked"] = true }
        }
        return .json(["names": .array(added.map { .string($0.name) })])
    }

    private func post(_ value: JSON, place: String, number: Int, now: Double) throws -> FakePost {
        let known = [
            "subreddit", "title", "selftext", "author", "name", "created_utc", "over_18", "locked", "stickied", "score",
        ]
        let members = try ControlMembers(value, known: known, place: place)
        guard let community = try members.string("subreddit"), let title = try members.string("title") else {
            throw ControlError("\(place): subreddit and title are required")
        }
        let created = try members.number("created_utc") ?? now.rounded(.down)
        var data = MadeUpPosts.data(
            number: 500_000 + number, community: community, title: title, text: try members.string("selftext") ?? "",
            author: try members.string("author") ?? "poster_\(number)")
        data["created_utc"] = .double(created)
        data["created"] = .double(created)
        if let name = try members.string("name") {
            data["name"] = .string(name)
            data["id"] = .string(String(name.dropFirst(3)))
        }
        for key in ["over_18", "locked", "stickied", "score"] { if let given = value[key] { data[key] = given } }
        guard let post = FakePost(data: data) else { throw ControlError("\(place).name: expected t3_<id>") }
        return post
    }

    private var described: JSON {
        [
            "posts": ["total": .int(Int64(shelf.posts.count)), "released": .int(Int64(shelf.released))],
            "wave": .int(Int64(shelf.wave)), "waves": .int(Int64(shelf.waves)),
            "listings": .counts(shelf.listings), "requests": .counts(requestCounts),
            "comments": .array(book.comments.map(\.described)), "duplicates": .counts(book.duplicates),
            "faults": faults.described,
        ]
    }
}
