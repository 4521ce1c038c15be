import JSONValue

/// What the model wants done next, as far as it can be done.
enum NextStep: Sendable, Hashable {
    case search(claim: String, query: String)
    case read(result: String)
    case done
    /// It names something that is not there, or that was done already.
    case nonsense

    /// Reads an answer that fits `research.next_query.output`.
    init(_ answer: JSON, _ notes: ResearchNotes) {
        switch answer["action"]?.string {
        case "search":
            let query = PlainText.collapsed(answer["query"]?.string ?? "").capped(200)
            let claim = answer["claim_id"]?.string ?? ""
            let known = notes.task.claims.contains { $0.id == claim }
            guard !query.isEmpty, !notes.hasAsked(query) else {
                self = .nonsense
                return
            }
            self = .search(claim: known ? claim : notes.task.claims[0].id, query: query)
        case "read":
            let id = answer["result_id"]?.string ?? ""
            self = notes.hit(id)?.status == .new ? .read(result: id) : .nonsense
        default: self = .done
        }
    }
}
