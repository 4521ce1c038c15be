import JSONValue

/// A checkable statement of a post. Its quote was found in the post by code.
package struct Claim: Sendable, Hashable, JSONMappable {
    package enum Field: String, Sendable, Hashable, JSONMappable { case title, body, none }

    /// `c1`, `c2`, …: numbered by code.
    package var id: String
    package var text: String
    package var quote: String
    package var field: Field
    /// Place of the quote in the submitted field, in Unicode scalars.
    package var start: Int?
    package var end: Int?
    package var isQuoteVerified: Bool
    package var type: String
    package var checkWorthiness: Double
    package var harmIfFalse: String
    /// SHA-256 of the normalised text: equal claims of different posts share it.
    package var fingerprint: String

    package var json: JSON {
        [
            "claim_id": id.json, "text": text.json, "quote": quote.json, "field": field.json, "start": start.json,
            "end": end.json, "quote_verified": isQuoteVerified.json, "type": type.json,
            "check_worthiness": checkWorthiness.json, "harm_if_false": harmIfFalse.json,
            "fingerprint": fingerprint.json,
        ]
    }

    /// What later stages are told of it.
    var input: JSON {
        ["claim_id": id.json, "text": text.json, "quote": quote.json, "type": type.json]
    }
}

extension Claim {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        id = try member("claim_id")
        text = try member("text")
        quote = try member("quote")
        field = try member("field")
        start = try member("start")
        end = try member("end")
        isQuoteVerified = try member("quote_verified")
        type = try member("type")
        checkWorthiness = try member("check_worthiness")
        harmIfFalse = try member("harm_if_false")
        fingerprint = try member("fingerprint")
    }
}
