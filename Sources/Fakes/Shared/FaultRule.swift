import JSONValue

/// The faults one kind of fake can be told to make, and the routes they can be tied to.
package protocol FaultKind: RawRepresentable, CaseIterable, Sendable, Hashable where RawValue == String {
    /// Names of request kinds; `*` stands for all of them.
    static var routes: [String] { get }
}

/// One instruction to misbehave: which requests, how, how often.
package struct FaultRule<Kind: FaultKind>: Sendable {
    package var route: String
    package var kind: Kind
    /// How many requests it still hits; nil means without end.
    package var times: Int?
    /// The share of matching requests that it hits.
    package var probability: Double
    package var seed: UInt64
    package var delay: Duration
    package var retryAfter: Int?
    /// What the fault says about itself, such as Reddit's error code.
    package var code: String?

    package init(
        route: String = "*", kind: Kind, times: Int? = nil, probability: Double = 1, seed: UInt64 = 1,
        delay: Duration = .seconds(5), retryAfter: Int? = nil, code: String? = nil
    ) {
        self.route = route
        self.kind = kind
        self.times = times
        self.probability = probability
        self.seed = seed
        self.delay = delay
        self.retryAfter = retryAfter
        self.code = code
    }

    static var keys: [String] {
        ["route", "fault", "times", "probability", "seed", "delay_ms", "retry_after", "code"]
    }

    /// Reads the form of the control route. Neither `times` nor `probability` means once.
    init(_ value: JSON, place: String) throws(ControlError) {
        let members = try ControlMembers(value, known: Self.keys, place: place)
        guard let name = try members.string("fault"), let kind = Kind(rawValue: name) else {
            throw ControlError("\(place).fault: expected one of \(Self.names(Kind.allCases.map(\.rawValue)))")
        }
        let route = try members.string("route") ?? "*"
        guard route == "*" || Kind.routes.contains(route) else {
            throw ControlError("\(place).route: expected * or one of \(Self.names(Kind.routes)), found \"\(route)\"")
        }
        let probability = try members.number("probability")
        guard probability ?? 1 <= 1 else { throw ControlError("\(place).probability: expected a number from 0 to 1") }
        self.init(
            route: route, kind: kind, times: try members.integer("times") ?? (probability == nil ? 1 : nil),
            probability: probability ?? 1, seed: UInt64(try members.integer("seed") ?? 1),
            delay: .milliseconds(try members.integer("delay_ms") ?? 5000),
            retryAfter: try members.integer("retry_after"), code: try members.string("code"))
    }

    /// Reads the form of the command line: `route:fault[:key=value]…`, such as `comment:drop_after:times=3`.
    package init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2 else { throw ControlError("fault \"\(text)\": expected route:fault[:key=value]…") }
        var members: JSONObject = ["route": .string(parts[0]), "fault": .string(parts[1])]
        for part in parts.dropFirst(2) {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { throw ControlError("fault \"\(text)\": \"\(part)\" is not key=value") }
            members[pair[0]] = (try? JSON.parse(pair[1])) ?? .string(pair[1])
        }
        try self.init(.object(members), place: "fault \"\(text)\"")
    }

    private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }

    var described: JSON {
        [
            "route": .string(route), "fault": .string(kind.rawValue), "times": JSON(times),
            "probability": .double(probability), "delay_ms": .int(delay.microseconds / 1000),
            "retry_after": JSON(retryAfter), "code": JSON(code),
        ]
    }
}
