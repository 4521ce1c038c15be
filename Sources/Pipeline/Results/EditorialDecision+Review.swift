import JSONValue

extension EditorialDecision {
    /// The same decision with a person's word on it. The bytes stay as they were: what was shown is what was approved.
    package func reviewed(
        _ state: Approval.State, by person: String?, at moment: Timestamp, note: String? = nil
    ) -> Self {
        var decision = self
        decision.approval = Approval(
            isRequired: true, state: state, by: person?.capped(80), at: moment, isEdited: false,
            note: note?.capped(500), expiresAt: approval.expiresAt)
        return decision
    }
}
