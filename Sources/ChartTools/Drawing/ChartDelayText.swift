import Statechart

/// A delay in words.
package enum ChartDelayText {
    package static func text(_ delay: Delay) -> String {
        switch delay {
        case .named(let name): name
        case .fixed(let duration): text(duration)
        }
    }

    /// Such as `1d 12h`, `5m`, `1.5s`.
    package static func text(_ duration: Duration) -> String {
        let total = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        guard total > 0 else { return "0s" }
        var parts: [String] = []
        var rest = total
        for (unit, size) in [("d", 86_400_000_000 as Int64), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)]
        {
            if rest >= size { parts.append("\(rest / size)\(unit)") }
            rest %= size
        }
        if rest > 0 { parts.append("\((rest + 999) / 1000)ms") }
        return parts.joined(separator: " ")
    }
}
