import JSONValue

/// What only imported SCXML has: blocks that catch errors, places, branches, loops, `_event` and its kin.
extension MacrostepRun {
    static let processor = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor"
    /// How many elements the loops of one call may visit.
    static let loopLimit = 100_000

    /// An error ends the block and is raised as an event; what the block did before stays (W3C SCXML, 4).
    mutating func runBlock(_ actions: [Action], in state: Int) throws(ChartError) {
        do {
            try run(actions, in: state)
        } catch {
            guard error.code == .expression || error.code == .communication else { throw error }
            raise(error)
        }
    }

    /// Queues an error as an event.
    mutating func raise(_ error: ChartError) {
        let name = error.code == .communication ? "error.communication" : "error.execution"
        queue.append(
            Event(name, data: [:], envelope: Event.Envelope(.platform, sendID: error.sendID, content: nil)))
    }

    mutating func choose(_ branches: [Action.Branch], in state: Int) throws(ChartError) {
        for branch in branches {
            if let condition = branch.condition {
                do {
                    guard try holds(condition, in: state, as: "condition") else { continue }
                } catch {
                    guard rules == .scxml else { throw error }
                    raise(error)
                    continue
                }
            }
            return try run(branch.actions, in: state)
        }
    }

    mutating func run(_ loop: Action.ForEach, in state: Int) throws(ChartError) {
        let value = try evaluate(loop.array, in: state, as: "array")
        guard case .array(let elements) = value else {
            throw failure("array", loop.array, in: state, "expected a list, found \(value.typeName)")
        }
        guard elements.count <= Self.loopLimit else {
            throw failure("array", loop.array, in: state, "a loop visits at most \(Self.loopLimit) elements")
        }
        for location in [loop.item, loop.index].compactMap({ $0 }) { try declare(location, in: state) }
        for (index, element) in elements.enumerated() {
            try spend()
            try set(loop.item, element, in: state)
            if let place = loop.index { try set(place, .int(Int64(index)), in: state) }
            try run(loop.actions, in: state)
        }
    }

    /// A loop's variables come into being with it (W3C SCXML, 4.6).
    private mutating func declare(_ location: Location, in state: Int) throws(ChartError) {
        guard let path = location.path, path.count == 1, !path[0].hasPrefix("_") else {
            throw ChartError(
                .expression, state: plan.states[state].path, "'\(location.text)' cannot be the variable of a loop")
        }
        if scope.context[path[0]] == nil { setMember(path[0], .null) }
    }

    mutating func set(_ location: Location, _ value: JSON, in state: Int) throws(ChartError) {
        guard let path = location.path, let root = path.first, !root.hasPrefix("_"),
            let before = scope.context[root], let after = before.setting(path.dropFirst(), to: value)
        else {
            throw ChartError(
                .expression, state: plan.states[state].path,
                "'\(location.text)' is no place that a value can be assigned to")
        }
        setMember(root, after)
    }

    /// `_name`, `_sessionid`, `_ioprocessors` (W3C SCXML, 5.10).
    static func sessionVariables(_ session: String, chart: String) -> JSON {
        let processor: JSON = ["location": .string("#_scxml_\(session)")]
        return [
            "_name": .string(chart), "_sessionid": .string(session),
            "_ioprocessors": ["scxml": processor, Self.processor: processor],
        ]
    }
}

extension JSON {
    /// Documents change values in loops; one that doubles each time must end before it fills the memory or is nested
    /// too deep to be stored.
    func checkSize() throws(ExpressionError) {
        var left = 1 << 20
        guard fits(&left, depth: 24) else {
            throw ExpressionError("the value is too large: more than 1 MiB, or nested more than 24 deep")
        }
    }

    private func fits(_ left: inout Int, depth: Int) -> Bool {
        switch self {
        case .null, .bool, .int, .double: left -= 8
        case .string(let text): left -= 8 + text.utf8.count
        case .array(let elements):
            guard depth > 0, elements.allSatisfy({ left > 0 && $0.fits(&left, depth: depth - 1) }) else { return false }
            left -= 8
        case .object(let members):
            guard depth > 0 else { return false }
            for (key, value) in members {
                left -= key.utf8.count
                guard left > 0, value.fits(&left, depth: depth - 1) else { return false }
            }
            left -= 8
        }
        return left > 0
    }

    /// The value with a member below it changed; nil where something in between is no object.
    fileprivate func setting(_ path: ArraySlice<String>, to value: JSON) -> JSON? {
        guard let first = path.first else { return value }
        guard case .object(var members) = self else { return nil }
        guard let inner = path.count == 1 ? value : members[first]?.setting(path.dropFirst(), to: value) else {
            return nil
        }
        members[first] = inner
        return .object(members)
    }
}

extension Event {
    /// `_event` (W3C SCXML, 5.10.1).
    var record: JSON {
        let envelope = envelope ?? Envelope(.external)
        return [
            "name": .string(name), "type": .string(envelope.kind.rawValue), "sendid": JSON(envelope.sendID),
            "origin": JSON(envelope.origin), "origintype": JSON(envelope.originType),
            "invokeid": JSON(envelope.invokeID),
            "data": envelope.content ?? (data.isEmpty ? .null : .object(data)),
        ]
    }
}
