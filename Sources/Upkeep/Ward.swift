import Engine
import JSONValue
import Pipeline
import Store

/// What was seen of the database, and what of it is not as it should be. Pure: it asks nobody.
struct Ward {
    let inspection: Inspection
    let endpoints: [EndpointLoad]
    /// Why endpoints take nothing, by name, as far as this node knows.
    let idleness: [String: [EndpointReport.Reason]]
    let desk: PostDesk
    /// How long history is kept.
    let historyLimit: Duration

    /// A node that was not heard of for so long is gone: it says so every few seconds.
    private static let silence = Duration.seconds(60)
    private static let day = Duration.seconds(86_400)

    var now: Timestamp { inspection.at }

    var livingNodes: [String] {
        inspection.nodes.filter { $0.value > now + (.zero - Self.silence) }.keys.sorted()
    }

    // MARK: - Nodes and endpoints

    var nodes: [Complaint] {
        guard livingNodes.isEmpty else { return [] }
        let last = inspection.nodes.values.max()
        return [
            Complaint(
                .noNode, subject: "nodes", since: last, text: "no node works on this database",
                cause: last == nil ? "none ever did" : "none said for a minute that it is alive",
                mend: "start one: rejoinder serve")
        ]
    }

    var owners: [Complaint] {
        inspection.owners.compactMap { ownership in
            let isLost = ownership.leaseUntil.map { $0 < now + .seconds(-10) } ?? false
            guard ownership.owner == nil || isLost, !livingNodes.isEmpty else { return nil }
            let cause = ownership.owner.map { "its owner \($0) has not renewed its lease: it died or is cut off" }
            return Complaint(
                .endpointWithoutOwner, subject: ownership.endpoint, since: ownership.leaseUntil,
                text: "nobody owns the endpoint '\(ownership.endpoint)', so nothing is assigned to it",
                cause: cause ?? "it is free, and no living node takes it",
                mend: "a living node takes it within seconds; if not, restart one and read its log")
        }
    }

    var loads: [Complaint] {
        endpoints.filter { $0.currentLoad > $0.endpoint.maxConcurrent }.map { load in
            Complaint(
                .overloaded, subject: load.endpoint.name,
                text: "'\(load.endpoint.name)' has \(load.currentLoad) jobs, but at most "
                    + "\(load.endpoint.maxConcurrent) are allowed",
                cause: "max_concurrent was lowered while they ran, or a limit was broken",
                mend: "wait: it gets nothing new until it has fewer; else raise max_concurrent in the settings")
        }
    }

    /// Jobs that no endpoint will ever take, long before they are overdue.
    var unserved: [Complaint] {
        inspection.backlogs.compactMap { backlog in
            guard endpoints(doing: backlog.source).allSatisfy(\.endpoint.isDrained) else { return nil }
            return Complaint(
                .noEndpoint, subject: backlog.source, since: backlog.oldest,
                text: "\(backlog.waiting) jobs wait for '\(backlog.source)'", cause: absence(of: backlog.source) ?? "",
                mend: remedy(for: backlog.source))
        }
    }

    func endpoints(doing source: String) -> [EndpointLoad] {
        endpoints.filter { $0.endpoint.capabilities.contains(source) }
    }

    /// Why no endpoint takes a job of a source; nil when one could.
    func absence(of source: String) -> String? {
        let able = endpoints(doing: source)
        if able.isEmpty { return "no endpoint can do '\(source)'" }
        let reasons = able.map(words)
        guard reasons.allSatisfy({ $0 != nil }) else { return nil }
        return reasons.compactMap(\.self).joined(separator: ", ")
    }

    /// Why an endpoint takes nothing: the first reason of several.
    private func words(_ load: EndpointLoad) -> String? {
        let (name, limit) = ("'\(load.endpoint.name)'", load.endpoint.maxConcurrent)
        if load.endpoint.isDrained { return "\(name) is drained" }
        if load.owner == nil { return "nobody owns \(name)" }
        switch idleness[load.endpoint.name]?.first {
        case .openBreaker: return "\(name) rests because of its faults"
        case .held: return "\(name) is held"
        case .overBudget: return "\(name) has no money left for today"
        case .rate: return "\(name) has used up its rate"
        case .noOwner: return "the owner of \(name) has not renewed its lease"
        case .drained, .full, nil: break
        }
        return load.currentLoad >= limit ? "\(name) is full (\(load.currentLoad) of \(limit))" : nil
    }

    func remedy(for source: String) -> String {
        let able = endpoints(doing: source)
        if able.isEmpty { return "name an endpoint with the capability '\(source)' in the settings, and restart" }
        if let drained = able.first(where: \.endpoint.isDrained)?.endpoint.name {
            return "curl -X PUT $REJOINDER_URL/v1/endpoints/\(drained) -H 'Content-Type: application/json' "
                + "-d '{\"drained\": false}'"
        }
        return "mend the endpoint, raise its max_concurrent, rate or budget, or add another one that can do '\(source)'"
    }

    // MARK: - Tables

    var strays: [Complaint] {
        inspection.strays.map { stray in
            let (table, text) = stray.kind.words
            return Complaint(
                .strayRows, subject: table,
                text: "\(stray.count)\(stray.count >= 1000 ? " or more" : "") \(text), such as post \(stray.sample)",
                cause: stray.kind == .event
                    ? "an event was emitted while its post was purged"
                    : "rows were changed by hand, or a part of the database was restored",
                mend: stray.kind.mend)
        }
    }

    var partitions: [Complaint] {
        guard let partitions = inspection.partitions else { return [] }
        return ["transitions", "deliveries"].flatMap { table in
            let ranges = partitions.filter { $0.table == table }.sorted { $0.starts < $1.starts }
            return missing(table, ranges) + old(table, ranges)
        }
    }

    /// Room must be there for six days without a gap: upkeep makes it for seven.
    private func missing(_ table: String, _ ranges: [Inspection.Partition]) -> [Complaint] {
        var end = now
        for range in ranges where range.starts <= end && range.ends > end { end = range.ends }
        guard end < now + Self.day * 6 else { return [] }
        return [
            Complaint(
                .partitionsMissing, subject: table, since: end,
                text: "'\(table)' has no partition from \(end) on",
                cause: "upkeep has not run for a day, or cannot make tables: its log says why",
                mend: "rejoinder migrate")
        ]
    }

    private func old(_ table: String, _ ranges: [Inspection.Partition]) -> [Complaint] {
        let limit = now + (.zero - historyLimit - Self.day * 2)
        guard let oldest = ranges.first, oldest.ends < limit else { return [] }
        return [
            Complaint(
                .partitionsOld, subject: oldest.name, since: oldest.ends,
                text: "the partition '\(oldest.name)' should have been dropped",
                cause: "upkeep does not run, or somebody reads it in a long transaction",
                mend:
                    "end that session: SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY xact_start LIMIT 5")
        ]
    }
}

extension Inspection.Stray.Kind {
    /// The table, and what stands in it.
    fileprivate var words: (table: String, text: String) {
        switch self {
        case .job: ("jobs", "jobs of posts that do not exist")
        case .timer: ("timers", "timers of posts that do not exist")
        case .event: ("inbox", "events for posts that do not exist")
        case .comment: ("comments", "comments of posts that do not exist")
        case .jobOfEnded: ("jobs", "live jobs of posts that have ended")
        case .timerOfEnded: ("timers", "timers of posts that have ended")
        case .jobOfUnknownEndpoint: ("jobs", "running jobs at endpoints that are not in the settings")
        }
    }

    fileprivate var mend: String {
        let table = words.table
        switch self {
        case .job, .timer, .event, .comment:
            return "DELETE FROM \(table) WHERE NOT EXISTS (SELECT 1 FROM posts WHERE posts.id = \(table).post_id)"
        case .jobOfEnded:
            return "DELETE FROM jobs WHERE post_id IN "
                + "(SELECT id FROM posts WHERE waits_for = 'nothing')"
        case .timerOfEnded:
            return "DELETE FROM timers WHERE post_id IN (SELECT id FROM posts WHERE waits_for = 'nothing')"
        case .jobOfUnknownEndpoint:
            return "wait: their deadlines end them; or name the endpoint in the settings again until they are done"
        }
    }
}
