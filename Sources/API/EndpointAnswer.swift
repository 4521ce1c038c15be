import Engine
import JSONValue
import Store

/// An endpoint as JSON.
enum EndpointAnswer {
    static func json(_ report: EndpointReport) -> JSON {
        let (load, endpoint) = (report.load, report.load.endpoint)
        let budget = endpoint.budget
        return [
            "name": .string(endpoint.name), "url": .string(endpoint.url), "protocol": .string(endpoint.wireProtocol),
            "model": .string(endpoint.model), "capabilities": .array(endpoint.capabilities.map(JSON.string)),
            "preference": .int(Int64(endpoint.preference)), "rate": JSON(endpoint.rate?.text),
            "budget_microdollars_per_day": JSON(budget?.perDay), "job_cost_microdollars": JSON(budget?.jobCost),
            "spent_microdollars_today": .int(report.spent), "reserved_microdollars": JSON(report.reserved),
            "max_concurrent": .int(Int64(endpoint.maxConcurrent)), "current_load": .int(Int64(load.currentLoad)),
            "drained": .bool(endpoint.isDrained), "owner": JSON(load.owner), "epoch": .int(load.epoch),
            "takes_work": report.takesWork.map(JSON.bool) ?? .null,
            "reasons": .array(report.reasons.map { .string($0.rawValue) }),
            "next_at": JSON(report.nextAt?.description), "at_owner": report.standing.map(json) ?? .null,
        ]
    }

    private static func json(_ standing: EndpointStanding) -> JSON {
        let seconds = JSONObject(
            standing.seconds.sorted { $0.key < $1.key }.map { ($0.key, .double(rounded($0.value))) })
        return [
            "running": .int(Int64(standing.running)), "faults": .int(Int64(standing.faults)),
            "paused_until": JSON(standing.pausedUntil?.description),
            "next_start_at": JSON(standing.nextStart?.description),
            "seconds": .object(seconds),
        ]
    }

    /// To the millisecond.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
