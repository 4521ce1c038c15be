import Engine
import JSONValue
import Store

/// An endpoint as values for the overview's template: its limits, and in words why it takes nothing.
enum EndpointView {
    static func values(_ report: EndpointReport) -> [String: Any] {
        let (load, endpoint) = (report.load, report.load.endpoint)
        var values: [String: Any] = [
            "name": endpoint.name, "protocol": endpoint.wireProtocol,
            "capabilities": endpoint.capabilities.joined(separator: ", "), "load": load.currentLoad,
            "capacity": endpoint.maxConcurrent, "preference": endpoint.preference,
            "rate": endpoint.rate?.text ?? "no limit", "today": today(report), "owner": load.owner ?? "nobody",
            "drained": endpoint.isDrained, "takes": words(report),
        ]
        if !report.reasons.isEmpty { values["idle"] = true }
        if let speed = speed(report) { values["speed"] = speed }
        return values
    }

    /// What it has cost today, in dollars, beside its budget.
    private static func today(_ report: EndpointReport) -> String {
        let spent = dollars(report.spent)
        return report.load.endpoint.budget.map { "\(spent) of \(dollars($0.perDay))" } ?? spent
    }

    private static func speed(_ report: EndpointReport) -> String? {
        guard let seconds = report.standing?.seconds, !seconds.isEmpty else { return nil }
        return seconds.sorted { $0.key < $1.key }
            .map { "\($0.key) \(fixed(Int64(($0.value * 100).rounded()), digits: 2)) s" }.joined(separator: ", ")
    }

    static func words(_ report: EndpointReport) -> String {
        switch report.takesWork {
        case true?: return "takes work"
        case nil: return "known to its owner \(report.load.owner ?? "nobody") alone"
        case false?: break
        }
        let reasons = report.reasons.map { words($0, report) }.joined(separator: ", ")
        let next = report.nextAt.map { "; again at \(time($0)) UTC" } ?? ""
        return "takes nothing: \(reasons)\(next)"
    }

    private static func words(_ reason: EndpointReport.Reason, _ report: EndpointReport) -> String {
        let endpoint = report.load.endpoint
        switch reason {
        case .drained: return "drained"
        case .held: return "held"
        case .full: return "full (\(report.load.currentLoad) of \(endpoint.maxConcurrent))"
        case .rate: return "its rate of \(endpoint.rate?.text ?? "?") is used up"
        case .noOwner: return "no node owns it"
        case .overBudget:
            let limit = dollars(endpoint.budget?.perDay ?? 0)
            let kept = report.reserved.flatMap { $0 > 0 ? " and \(dollars($0)) kept for what runs" : nil } ?? ""
            return "\(dollars(report.spent)) of \(limit) dollars spent today\(kept)"
        case .openBreaker:
            let faults = report.standing?.faults ?? 0
            let count = faults == 1 ? "a fault" : "\(faults) faults in a row"
            return report.standing?.pausedUntil == nil ? "one job at a time after \(count)" : "rests after \(count)"
        }
    }

    /// The time of day: to the minute where it is a whole one.
    private static func time(_ moment: Timestamp) -> String {
        // 2026-11-25T00:46:01.112Z
        let text = moment.description.dropFirst(11).prefix(8)
        return text.hasSuffix(":00") ? String(text.dropLast(3)) : String(text)
    }

    /// Microdollars as dollars: to the cent, and further only where there is more.
    static func dollars(_ microdollars: Int64) -> String {
        var text = fixed(microdollars, digits: 6)
        for _ in 0..<4 where text.hasSuffix("0") { text.removeLast() }
        return text
    }

    /// A number of the smallest unit with so many digits after the point.
    private static func fixed(_ value: Int64, digits: Int) -> String {
        let text = String(value.magnitude)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return (value < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
    }
}
