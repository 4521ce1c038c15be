import JSONValue
import Store

/// The latest result of each stage, read back from `queue_results`.
package struct EarlierResults: Sendable, Hashable {
    package var triage: TriageResult?
    package var research: ResearchFindings?
    package var draft: DraftResponse?
    package var editorial: EditorialDecision?
    package var comment: PostedComment?

    package init() {}

    /// From all results of a post, oldest first. Purged and unreadable ones count as missing.
    package init(_ rows: [ResultRow]) {
        for row in rows {
            switch row.result["schema"]?.string {
            case "TriageResult/1": triage = (try? TriageResult(json: row.result)) ?? triage
            case "ResearchFindings/1": research = (try? ResearchFindings(json: row.result)) ?? research
            case "DraftResponse/1": draft = (try? DraftResponse(json: row.result)) ?? draft
            case "EditorialDecision/1": editorial = (try? EditorialDecision(json: row.result)) ?? editorial
            case "PostedComment/1": comment = (try? PostedComment(json: row.result)) ?? comment
            default: break
            }
        }
    }
}
