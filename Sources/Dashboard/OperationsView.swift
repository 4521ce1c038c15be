import Store

/// Holds and operations on many posts, as values for the overview's template.
enum OperationsView {
    static func add(holds: [HoldRow], operations: [OperationRow], to values: inout [String: Any]) {
        values["holds"] = holds.map(hold)
        values["hasOperations"] = !operations.isEmpty
        values["operations"] = operations.map(operation)
    }

    private static func hold(_ hold: HoldRow) -> [String: Any] {
        [
            "subject": hold.subject, "reason": hold.reason, "actor": hold.actor,
            "since": Moment.values(hold.createdAt),
        ]
    }

    private static func operation(_ row: OperationRow) -> [String: Any] {
        let worked = row.progress.done + row.progress.skipped + row.progress.failed
        var values: [String: Any] = [
            "id": row.id.description, "kind": row.kind.rawValue, "state": row.state.rawValue, "worked": worked,
            "total": row.total, "done": row.progress.done, "skipped": row.progress.skipped,
            "failed": row.progress.failed, "reason": row.reason, "actor": row.actor,
            "created": Moment.values(row.createdAt),
        ]
        if row.state.isOpen { values["open"] = true }
        return values
    }
}
