import JSONValue

/// A comment that was made on the fake Reddit.
struct FakeComment: Sendable, Equatable {
    /// The fullname, such as `t1_p0000a1`.
    let name: String
    /// What it answers: a submission or another comment.
    let parent: String
    let link: String
    let community: String
    let author: String
    var body: String
    let created: Double
    var edited: Double?
    var isDeleted = false

    var id: String { String(name.dropFirst(3)) }
}

extension FakeComment {
    /// The line of the journal that brings it back.
    var line: JSON {
        [
            "kind": "comment", "name": .string(name), "parent": .string(parent), "link": .string(link),
            "community": .string(community), "author": .string(author), "body": .string(body),
            "created": .double(created),
        ]
    }

    init?(line: JSON) {
        guard let name = line["name"]?.string, let parent = line["parent"]?.string, let link = line["link"]?.string,
            let community = line["community"]?.string, let author = line["author"]?.string,
            let body = line["body"]?.string, let created = line["created"]?.double
        else { return nil }
        self.init(
            name: name, parent: parent, link: link, community: community, author: author, body: body, created: created)
    }

    /// How the comment stands in `GET /_control/state`.
    var described: JSON {
        [
            "name": .string(name), "thing_id": .string(parent), "link_id": .string(link), "body": .string(body),
            "author": .string(author), "created_utc": .double(created), "deleted": .bool(isDeleted),
        ]
    }
}
