import JSONValue
import Statechart

/// What only imported SCXML has.
extension Oracle {
    /// Runs something that may fail. In SCXML the failure becomes an event; limits stop everything.
    func caught(
        native isKept: (ChartError) -> Bool, _ body: () throws(ChartError) -> Void
    ) throws(ChartError) {
        do {
            try body()
        } catch {
            let isEvent = error.code == .expression || error.code == .communication
            guard isEvent, !isNative || isKept(error) else { throw error }
            raise(error)
        }
    }

    /// The rest of the block is skipped, what it did before stays.
    func executeBlock(_ actions: [Action], in state: Int) throws(ChartError) {
        note(.block)
        try caught(native: { _ in true }) { () throws(ChartError) in try executeContent(actions, in: state) }
    }

    func choose(_ branches: [Action.Branch], in state: Int) throws(ChartError) {
        for branch in branches {
            if let condition = branch.condition, try !truth(of: condition, in: state) { continue }
            note(.branch)
            return try executeContent(branch.actions, in: state)
        }
    }

    func loopOver(_ loop: Action.ForEach, in state: Int) throws(ChartError) {
        guard case .array(let elements) = try value(of: loop.array, in: state) else { throw failure(in: state) }
        for place in [loop.item, loop.index].compactMap(\.self) {
            guard let path = place.path, path.count == 1, !path[0].hasPrefix("_") else { throw failure(in: state) }
            if session.context[path[0]] == nil { session.context[path[0]] = .null }
        }
        for (index, element) in elements.enumerated() {
            note(.loop)
            try world.countMicrostep()
            try set(loop.item, element, in: state)
            if let place = loop.index { try set(place, .int(Int64(index)), in: state) }
            try executeContent(loop.actions, in: state)
        }
    }

    /// Only declared variables, and members of objects, can be assigned to.
    func set(_ place: Location, _ value: JSON, in state: Int) throws(ChartError) {
        guard let path = place.path, !path[0].hasPrefix("_"), session.context[path[0]] != nil,
            let changed = changing(.object(session.context), path, to: value)?.object
        else { throw failure(in: state) }
        session.context = changed
    }

    private func changing(_ whole: JSON, _ path: [String], to value: JSON) -> JSON? {
        guard let first = path.first else { return value }
        guard case .object(var members) = whole else { return nil }
        if path.count == 1 {
            members[first] = value
        } else {
            guard let inner = members[first], let changed = changing(inner, Array(path.dropFirst()), to: value) else {
                return nil
            }
            members[first] = changed
        }
        return .object(members)
    }

    /// Late binding: at the first entry, and for the root at the start. What the parent gave stays.
    func initializeData(_ state: Int, except given: JSONObject) {
        guard !states[state].lateData.isEmpty, state == 0 || !session.bound.contains(state) else { return }
        if state != 0 { session.bound.append(state) }
        for data in states[state].lateData where state != 0 || given[data.name] == nil {
            note(.lateData)
            do {
                session.context[data.name] = try value(of: data.value, in: state)
            } catch {
                raise(error)
            }
        }
    }
}
