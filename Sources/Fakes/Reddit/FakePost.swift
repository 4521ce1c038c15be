import JSONValue

/// A submission as the fake Reddit keeps it.
struct FakePost: Sendable {
    /// The fullname, such as `t3_1skl1i1`.
    let name: String
    /// In the case of its community's own name.
    let community: String
    /// The same in lower case.
    let communityKey: String
    /// Unix seconds in the present of this fake.
    var created: Double
    /// Everything as Reddit said it, but for the times.
    var data: JSONObject
    /// The wave from which on it is listed.
    var wave = 0
    var isRemoved = false

    /// Nil when the object does not say which post it is and where it belongs.
    init?(data: JSONObject) {
        guard let name = data["name"]?.string, name.hasPrefix("t3_"), name.utf8.count < 20,
            let community = data["subreddit"]?.string, !community.isEmpty
        else { return nil }
        self.init(name: name, community: community, data: data)
    }

    init(name: String, community: String, data: JSONObject) {
        self.name = name
        self.community = community
        communityKey = community.lowercased()
        self.data = data
        created = data["created_utc"]?.double ?? 0
    }

    var id: String { String(name.dropFirst(3)) }
    var isLocked: Bool { data["locked"]?.bool ?? false }
    var isArchived: Bool { data["archived"]?.bool ?? false }

    /// The `t3` thing, with the times of this fake and the comments made here counted in.
    func thing(commentsHere: Int) -> JSON {
        var data = data
        data["created_utc"] = .double(created)
        if data["created"] != nil { data["created"] = .double(created) }
        data["num_comments"] = .int((data["num_comments"]?.int ?? 0) + Int64(commentsHere))
        if isRemoved {
            data["removed_by_category"] = "deleted"
            data["author"] = "[deleted]"
            data["selftext"] = "[deleted]"
        }
        return ["kind": "t3", "data": .object(data)]
    }
}
