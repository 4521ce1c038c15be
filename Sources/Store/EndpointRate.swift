import JSONValue

/// At most so many attempts may start at an endpoint within any time of this length.
package struct EndpointRate: Sendable, Hashable {
    package var count: Int
    package var microseconds: Int64

    package init(count: Int, microseconds: Int64) {
        self.count = count
        self.microseconds = microseconds
    }

    /// `60/min`; nil when it is not so many `/s`, `/min` or `/h`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), (1...100_000).contains(count),
            let unit = Self.units.first(where: { $0.name == parts[1] })
        else { return nil }
        self.init(count: count, microseconds: unit.microseconds)
    }

    /// `60/min`, as it is read.
    package var text: String {
        let unit = Self.units.first { $0.microseconds == microseconds }?.name
        return "\(count)/\(unit ?? "\(microseconds)us")"
    }

    private static let units: [(name: String, microseconds: Int64)] = [
        ("s", 1_000_000), ("min", 60_000_000), ("h", 3_600_000_000),
    ]

    /// The key among the limits under which the first moment stands that no owner has drawn yet.
    package static func key(of endpoint: String) -> String { "endpoint:\(endpoint):rate" }
}

/// What an endpoint may cost in a day of UTC, in microdollars.
package struct EndpointBudget: Sendable, Hashable {
    package var perDay: Int64
    /// The most that one attempt may cost: it is reserved while the attempt runs.
    package var jobCost: Int64

    package init(perDay: Int64, jobCost: Int64) {
        self.perDay = perDay
        self.jobCost = jobCost
    }
}

/// What an endpoint has cost since the day began by the database's clock, in UTC.
package struct EndpointSpending: Sendable, Hashable {
    package var microdollars: Int64
    /// Microseconds until the day is over.
    package var dayLeft: Int64

    package init(microdollars: Int64, dayLeft: Int64) {
        self.microdollars = microdollars
        self.dayLeft = dayLeft
    }
}

/// What all endpoints have cost since the day began by the database's clock, in UTC.
package struct DaySpending: Sendable, Hashable {
    /// By endpoint; one that is absent has cost nothing.
    package var microdollars: [String: Int64]
    package var dayEnds: Timestamp

    package init(microdollars: [String: Int64], dayEnds: Timestamp) {
        self.microdollars = microdollars
        self.dayEnds = dayEnds
    }
}
