import JSONValue

/// A diagnosis as text.
enum DoctorText {
    static func describe(_ answer: JSON) -> String {
        let findings = answer["findings"]?.array ?? []
        var lines = findings.flatMap { finding in
            [
                "✗ \(text(finding["text"]))" + (finding["since"]?.string.map { " (since \($0))" } ?? ""),
                "  why:  \(text(finding["cause"]))", "  mend: \(text(finding["mend"]))",
            ]
        }
        lines.append(
            findings.isEmpty ? "healthy: nobody is stuck, nothing is astray" : "findings: \(findings.count)")
        return (lines + numbers(answer["numbers"] ?? .null)).joined(separator: "\n")
    }

    private static func numbers(_ numbers: JSON) -> [String] {
        var lines: [String] = []
        for backlog in numbers["backlog"]?.array ?? [] {
            lines.append(
                "  \(backlog["waiting"]?.int ?? 0) jobs wait for \(text(backlog["source"])), the oldest since "
                    + text(backlog["oldest"]))
        }
        let sizes = (numbers["bytes"]?.object ?? [:]).prefix(5).map { name, bytes in
            "\(name) \((bytes.int ?? 0) >> 20) MiB"
        }
        if !sizes.isEmpty { lines.append("  disk: \(sizes.joined(separator: ", "))") }
        let nodes = (numbers["nodes"]?.object ?? [:]).map { "\($0.key) (\(text($0.value)))" }
        lines.append("  nodes heard of: \(nodes.isEmpty ? "none" : nodes.joined(separator: ", "))")
        if let upkeep = numbers["last_upkeep"] {
            lines.append("  last upkeep at \(text(upkeep["at"])): \(text(upkeep["did"]))")
        }
        return lines
    }

    private static func text(_ value: JSON?) -> String { value?.string ?? "-" }
}
