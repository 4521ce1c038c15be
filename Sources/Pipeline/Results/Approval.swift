import JSONValue

/// Whether a person has to agree to the rendered bytes, and what became of that.
package struct Approval: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, JSONMappable {
        case notRequired = "not_required"
        case waiting, approved, rejected, expired
    }

    package var isRequired: Bool
    package var state: State
    package var by: String?
    package var at: Timestamp?
    package var isEdited: Bool
    package var note: String?
    package var expiresAt: Timestamp?

    package static let notRequired = Approval(
        isRequired: false, state: .notRequired, by: nil, at: nil, isEdited: false, note: nil, expiresAt: nil)
}

extension Approval: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        isRequired = try member("required")
        state = try member("state")
        by = try member("by")
        at = try member("at")
        isEdited = try member("edited")
        note = try member("note")
        expiresAt = try member("expires_at")
    }

    package var json: JSON {
        [
            "required": isRequired.json, "state": state.json, "by": by.json, "at": at.json, "edited": isEdited.json,
            "note": note.json, "expires_at": expiresAt.json,
        ]
    }
}
