import JSONValue
import Store

/// Something that is not as it should be: what, why, and how to mend it.
package struct Complaint: Sendable, Hashable {
    /// Fixed for ever; texts may change.
    package enum Code: String, Sendable, CaseIterable {
        case stuck
        case strayRows = "stray_rows"
        case jobsDiffer = "jobs_differ"
        case unreadablePost = "unreadable_post"
        case overloaded
        case endpointWithoutOwner = "endpoint_without_owner"
        case noEndpoint = "no_endpoint"
        case noNode = "no_node"
        case partitionsMissing = "partitions_missing"
        case partitionsOld = "partitions_old"
        case webhookDisabled = "webhook_disabled"
        case webhookFailing = "webhook_failing"
    }

    package var code: Code
    /// A post, an endpoint, a table.
    package var subject: String
    package var since: Timestamp?
    /// What is wrong.
    package var text: String
    /// Why, as far as that can be seen.
    package var cause: String
    /// What to do; where it is a command, the exact one.
    package var mend: String

    package init(
        _ code: Code, subject: String, since: Timestamp? = nil, text: String, cause: String, mend: String
    ) {
        self.code = code
        self.subject = subject
        self.since = since
        self.text = text
        self.cause = cause
        self.mend = mend
    }

    package var json: JSON {
        [
            "code": .string(code.rawValue), "subject": .string(subject), "since": JSON(since?.description),
            "text": .string(text), "cause": .string(cause), "mend": .string(mend),
        ]
    }
}
