import Crypto
import Engine
import JSONValue
import Store

extension Answer {
    static func hold(_ hold: HoldRow) -> JSON {
        [
            "scope": .string(hold.scope.rawValue), "name": .string(hold.name), "reason": .string(hold.reason),
            "actor": .string(hold.actor), "since": .string(hold.createdAt.description),
        ]
    }

    static func operation(_ row: OperationRow) -> JSON {
        [
            "id": .int(row.id), "kind": .string(row.kind.rawValue), "state": .string(row.state.rawValue),
            "filter": .object(row.filter.json), "parameters": .object(parameters(row)),
            "reason": .string(row.reason), "actor": .string(row.actor), "total": .int(Int64(row.total)),
            "done": .int(Int64(row.progress.done)), "skipped": .int(Int64(row.progress.skipped)),
            "failed": .int(Int64(row.progress.failed)), "problems": .array(row.problems),
            "cursor": JSON(row.cursor?.description), "owner": JSON(row.owner),
            "created_at": .string(row.createdAt.description), "started_at": JSON(row.startedAt?.description),
            "ended_at": JSON(row.endedAt?.description),
        ]
    }

    /// A migration's text is long: its digest stands for it.
    private static func parameters(_ row: OperationRow) -> JSONObject {
        var parameters = row.parameters
        if let mapping = parameters["mapping"]?.string {
            parameters["mapping"] = .string("sha256:" + Digest.hex(Digest.sha256(mapping.utf8)))
        }
        return parameters
    }
}

extension MigrationForecast {
    var json: JSON {
        [
            "from": .string(from), "to": .string(to), "lossless": .bool(isLossless), "tried": .int(Int64(tried)),
            "can_move": .int(Int64(movable)), "problems": .array(problems),
        ]
    }
}
