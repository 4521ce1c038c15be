import JSONValue

/// A document that findings rest on. Its text is read to verify quotes and never stored.
package struct ResearchSource: Sendable, Hashable {
    package enum Tier: String, Sendable, Hashable, JSONMappable {
        case primary, official
        case peerReviewed = "peer_reviewed"
        case factChecker = "fact_checker"
        case news, reference, other
        case userGenerated = "user_generated"
        case blocked

        /// One such source is enough for a reply.
        package var isPrimary: Bool { [.primary, .official, .peerReviewed].contains(self) }
        /// Whether evidence may rest on it at all.
        package var isReliable: Bool { self != .userGenerated && self != .blocked }
    }

    package var id: String
    package var query: String
    package var rank: Int
    package var url: String
    package var finalURL: String?
    /// The host of the URL, computed by code.
    package var domain: String
    package var title: String
    package var publisher: String?
    package var publishedAt: String?
    package var retrievedAt: String
    package var httpStatus: Int?
    package var contentType: String?
    package var contentHash: String?
    package var textReference: String?
    package var textLength: Int?
    package var isSnippetOnly: Bool
    package var tier: Tier
    package var isInjectionSuspected: Bool

    /// What later stages are told of it.
    var input: JSON {
        [
            "source_id": id.json, "url": url.json, "title": title.json, "domain": domain.json, "tier": tier.json,
        ]
    }
}

extension ResearchSource: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        id = try member("source_id")
        query = try member("query")
        rank = try member("rank")
        url = try member("url")
        finalURL = try member("final_url")
        domain = try member("domain")
        title = try member("title")
        publisher = try member("publisher")
        publishedAt = try member("published_at")
        retrievedAt = try member("retrieved_at")
        httpStatus = try member("http_status")
        contentType = try member("content_type")
        contentHash = try member("content_sha256")
        textReference = try member("text_ref")
        textLength = try member("text_chars")
        isSnippetOnly = try member("snippet_only")
        tier = try member("tier")
        isInjectionSuspected = try member("injection_suspected")
    }

    package var json: JSON {
        [
            "source_id": id.json, "query": query.json, "rank": rank.json, "url": url.json, "final_url": finalURL.json,
            "domain": domain.json, "title": title.json, "publisher": publisher.json,
            "published_at": publishedAt.json, "retrieved_at": retrievedAt.json, "http_status": httpStatus.json,
            "content_type": contentType.json, "content_sha256": contentHash.json, "text_ref": textReference.json,
            "text_chars": textLength.json, "snippet_only": isSnippetOnly.json, "tier": tier.json,
            "injection_suspected": isInjectionSuspected.json,
        ]
    }
}
