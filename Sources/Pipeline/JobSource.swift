/// A kind of outside work that a chart's `invoke.src` may name.
package enum JobSource: String, Sendable, Hashable, CaseIterable {
    case triage, research, response, editorial, comment, reconcile, engagement

    /// Who does the work.
    package enum Performer: String, Sendable, Hashable {
        /// An LLM endpoint or a research agent, by one of the endpoint protocols.
        case endpoint
        /// A Reddit account, by the Reddit client.
        case account
    }

    /// The stage that the job belongs to, and under which its result is stored.
    package var stage: Stage {
        switch self {
        case .triage: .triage
        case .research: .research
        case .response: .response
        case .editorial: .editorial
        case .comment, .reconcile: .postQueue
        case .engagement: .published
        }
    }

    package var performer: Performer {
        switch self {
        case .triage, .research, .response, .editorial: .endpoint
        case .comment, .reconcile, .engagement: .account
        }
    }

    /// The schema that the job's output must fit: `schemas/<name>.schema.json`.
    package var outputSchemaName: String {
        switch self {
        case .triage: "triage.output"
        case .research: "research.agent.output"
        case .response: "response.output"
        case .editorial: "editorial.output"
        case .comment, .reconcile, .engagement: "PostedComment"
        }
    }

    /// The schema of what `queue_results` holds: `schemas/<name>.schema.json`.
    package var resultSchemaName: String {
        switch self {
        case .triage: "TriageResult"
        case .research: "ResearchFindings"
        case .response: "DraftResponse"
        case .editorial: "EditorialDecision"
        case .comment, .reconcile, .engagement: "PostedComment"
        }
    }
}
