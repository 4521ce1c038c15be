import Engine
import JSONValue
import Pipeline
import Store

/// What `POST /v1/bulk` asks for, checked.
struct BulkRequest: Sendable {
    let kind: OperationRow.Kind
    let filter: PostFilter
    let parameters: JSONObject
    let reason: String
    let isDryRun: Bool

    static let keys: Set<String> = ["kind", "filter", "parameters", "reason", "dry_run"]
    static let filterKeys: Set<String> = [
        "stage", "status", "community", "text", "waits_for", "chart", "held", "ids", "all",
    ]
    static let idLimit = 10_000

    init(_ body: JSONObject, _ call: Call, _ desk: PostDesk) throws(Problem) {
        guard let kind = body["kind"]?.string.flatMap(OperationRow.Kind.init(rawValue:)) else {
            let known = OperationRow.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(422, .unprocessable, "'kind' is required: one of \(known)")
        }
        self.kind = kind
        guard let isDryRun = (body["dry_run"] ?? false).bool else {
            throw Problem(422, .unprocessable, "'dry_run' must be true or false")
        }
        self.isDryRun = isDryRun
        parameters = try Self.parameters(body["parameters"] ?? [:], of: kind, call, desk)
        filter = try Self.filter(body["filter"] ?? .null, of: kind)
        // A look costs nothing and needs no reason.
        reason = isDryRun ? body["reason"]?.string ?? "" : try call.reason(in: body)
    }

    // MARK: - Parameters

    private static func parameters(
        _ json: JSON, of kind: OperationRow.Kind, _ call: Call, _ desk: PostDesk
    ) throws(Problem) -> JSONObject {
        guard var parameters = json.object else { throw Problem(422, .unprocessable, "'parameters' must be an object") }
        let allowed: Set<String> =
            switch kind {
            case .retry, .cancel: ["data"]
            case .event: ["event", "data"]
            case .pause, .resume: []
            case .reprioritise: ["set", "add"]
            case .migrate: ["mapping", "back"]
            }
        try refuseUnknown(parameters, allowed, "parameter", of: "'\(kind.rawValue)'")
        switch kind {
        case .pause, .resume: break
        case .retry, .cancel:
            if parameters["data"] == nil { parameters["data"] = ["by": .string(call.actor)] }
            try checkEvent(kind.rawValue, parameters, desk)
        case .event:
            guard let event = parameters["event"]?.string else {
                throw Problem(422, .unprocessable, "'event' is required: the name of an event that the chart declares")
            }
            try checkEvent(event, parameters, desk)
        case .reprioritise: _ = try priority(parameters)
        case .migrate:
            guard parameters["mapping"]?.string != nil, (parameters["back"] ?? false).bool != nil else {
                throw Problem(
                    422, .unprocessable,
                    "'mapping' is required: the text of a migration file; 'back' may be true for the way back")
            }
        }
        return parameters
    }

    private static func checkEvent(_ event: String, _ parameters: JSONObject, _ desk: PostDesk) throws(Problem) {
        guard let data = (parameters["data"] ?? [:]).object else {
            throw Problem(422, .unprocessable, "'data' must be an object: the event's payload")
        }
        if let refusal = desk.refusal(of: event, data: data) { throw Problem(422, .unprocessable, refusal) }
    }

    /// `set` or `add`, a whole number each.
    static func priority(_ body: JSONObject) throws(Problem) -> PriorityChange {
        let range = PriorityChange.range
        let given = ["set", "add"].filter { body[$0] != nil }
        guard given.count == 1, let value = body[given[0]]?.int, range.contains(Int(value)) else {
            throw Problem(
                422, .unprocessable,
                "give 'set' or 'add', a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return given[0] == "set" ? .set(Int(value)) : .add(Int(value))
    }

    // MARK: - Filter

    private static func filter(_ json: JSON, of kind: OperationRow.Kind) throws(Problem) -> PostFilter {
        guard let object = json.object else {
            throw Problem(422, .unprocessable, "'filter' is required: an object that says which posts are meant")
        }
        try refuseUnknown(object, filterKeys, "key", of: "'filter'")
        for key in ["stage", "status", "community", "text", "waits_for", "chart"]
        where object[key].map({ $0.string == nil }) ?? false {
            throw Problem(422, .unprocessable, "'filter.\(key)' must be a string")
        }
        var filter = try Filters.filter { object[$0]?.string }
        filter.chart = object["chart"]?.string
        if let held = object["held"] {
            guard let isHeld = held.bool else { throw Problem(422, .unprocessable, "'filter.held' is true or false") }
            filter.isHeld = isHeld
        }
        if let ids = object["ids"] { filter.ids = try self.ids(ids) }
        // A retry is for what has failed, unless something else is asked for.
        if kind == .retry, filter.status == nil, filter.ids.isEmpty { filter.status = QueueStatus.failed.rawValue }
        guard filter != PostFilter() || object["all"] == true || kind == .migrate else {
            throw Problem(
                422, .unprocessable, "an empty filter means every post: say so with {\"all\": true}, or name some")
        }
        return filter
    }

    private static func ids(_ json: JSON) throws(Problem) -> [PostID] {
        let ids = (json.array ?? []).compactMap { ($0.string ?? $0.int.map(String.init)).flatMap(PostID.init(_:)) }
        guard let elements = json.array, ids.count == elements.count, (1...idLimit).contains(ids.count) else {
            throw Problem(
                422, .unprocessable, "'filter.ids' must hold 1 to \(idLimit) post numbers or fullnames (t3_…)")
        }
        return ids
    }

    private static func refuseUnknown(
        _ object: JSONObject, _ known: Set<String>, _ what: String, of owner: String
    ) throws(Problem) {
        for key in object.keys where !known.contains(key) {
            let list = known.isEmpty ? "it has none" : "known are: \(known.sorted().joined(separator: ", "))"
            throw Problem(
                400, .unknownKey, "\(owner) has no \(what) '\(key.prefix(60))'; \(list)", members: ["key": .string(key)]
            )
        }
    }
}
