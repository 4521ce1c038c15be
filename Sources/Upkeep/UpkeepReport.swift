/// What one round of upkeep did.
package struct UpkeepReport: Sendable, Hashable {
    package var archived = 0
    package var purged = 0
    package var textsPurged = 0
    package var trimmed = 0
    package var droppedPartitions: [String] = []

    package init() {}

    package var isIdle: Bool { self == UpkeepReport() }
}

extension UpkeepReport: CustomStringConvertible {
    package var description: String {
        "archived \(archived), purged \(purged), texts purged of \(textsPurged), log rows trimmed \(trimmed), "
            + "partitions dropped: \(droppedPartitions.isEmpty ? "none" : droppedPartitions.joined(separator: ", "))"
    }
}
