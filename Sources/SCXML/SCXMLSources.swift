import Statechart
import Synchronization

/// Where a document's `src` attributes lead, and how deep it lies within other documents.
struct SCXMLSources: Sendable {
    let resolve: SCXMLReader.Resolver
    /// The sources that the document was found through, outermost first.
    private(set) var path: [String] = []
    private let budget: Budget

    /// Counts the documents of one chart, so that documents that name each other end.
    private final class Budget: Sendable {
        let used = Atomic(0)
    }

    init(resolve: @escaping SCXMLReader.Resolver) {
        self.resolve = resolve
        budget = Budget()
    }

    private init(resolve: @escaping SCXMLReader.Resolver, path: [String], budget: Budget) {
        self.resolve = resolve
        self.path = path
        self.budget = budget
    }

    /// Within a document that was found as `source`; nil when it lies too deep, or is one too many.
    func within(_ source: String) -> SCXMLSources? {
        guard path.count < SCXMLLimits.nesting,
            budget.used.add(1, ordering: .relaxed).newValue <= SCXMLLimits.documents
        else { return nil }
        return SCXMLSources(resolve: resolve, path: path + [source], budget: budget)
    }

    /// The same place in a count of its own: for documents that are found while a chart runs.
    var atRunTime: SCXMLSources { SCXMLSources(resolve: resolve, path: path, budget: Budget()) }
}
