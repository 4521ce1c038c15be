import JSONValue
import Store

/// What `doctor` found, and the numbers beside it.
package struct Diagnosis: Sendable {
    package var findings: [Complaint]
    package var inspection: Inspection
    /// Posts whose jobs were compared with the table.
    package var compared: Int
    package var lastUpkeep: (report: UpkeepReport, at: Timestamp)?

    package var json: JSON {
        [
            "healthy": .bool(findings.isEmpty), "findings": .array(findings.map(\.json)),
            "numbers": .object(numbers), "as_of": .string(inspection.at.description),
        ]
    }

    private var numbers: JSONObject {
        let bytes = inspection.bytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let backlogs: [JSON] = inspection.backlogs.map { backlog in
            [
                "source": .string(backlog.source), "waiting": .int(Int64(backlog.waiting)),
                "oldest": JSON(backlog.oldest?.description),
            ]
        }
        var numbers: JSONObject = [
            "bytes": .object(JSONObject(bytes.map { ($0.key, .int($0.value)) })), "backlog": .array(backlogs),
            "nodes": .object(
                JSONObject(inspection.nodes.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.description)) })),
            "posts_compared": .int(Int64(compared)),
        ]
        if let partitions = inspection.partitions { numbers["partitions"] = .int(Int64(partitions.count)) }
        if let lastUpkeep {
            numbers["last_upkeep"] = [
                "at": .string(lastUpkeep.at.description), "did": .string(lastUpkeep.report.description),
            ]
        }
        return numbers
    }
}
