import JSONValue
import Statechart

/// Executable content and expressions.
extension Oracle {
    /// Native: any error stops the macrostep. SCXML: content comes in blocks, each of which an error ends.
    func executeContent(_ actions: [Action], in state: Int) throws(ChartError) {
        for action in actions { try execute(action, in: state) }
    }

    private func execute(_ action: Action, in state: Int) throws(ChartError) {
        switch action {
        case .assign(let patch):
            let values = try patched(patch, in: state)
            for (name, value) in values { session.context[name] = value }
            note(.assign)
        case .raise(let name, let data):
            let values = try members(data, in: state)
            internalQueue.append(Event(name, data: values, envelope: isNative ? nil : Event.Envelope(.internal)))
            note(.raise)
        case .cancel(let timer):
            note(.cancelTimer)
            clearTimer(timer)
        case .log(let message, let label):
            let value = try value(of: message, in: state)
            world.effects.append(.log((label.map { $0 + ": " } ?? "") + (value.string ?? value.text)))
            note(.log)
        case .named(let name, let parameters):
            world.effects.append(.action(name: name, parameters: try members(parameters, in: state)))
            note(.namedAction)
        case .send(let send): try execute(send, in: state)
        case .cancelSend(let id): cancelSends(try text(id, in: state))
        case .block(let actions): try executeBlock(actions, in: state)
        case .set(let place, let expression):
            try set(place, try value(of: expression, in: state), in: state)
            note(.set)
        case .choose(let branches): try choose(branches, in: state)
        case .forEach(let loop): try loopOver(loop, in: state)
        case .fail: throw failure(in: state)
        }
    }

    /// Each value is checked by what its member may hold.
    private func patched(_ patch: [Assignment], in state: Int) throws(ChartError) -> JSONObject {
        var object = JSONObject()
        for assignment in patch {
            let value = try value(of: assignment.value, in: state)
            if assignment.problem?(value) != nil {
                note(.contextProblem)
                throw ChartError(.contextSchema, state: states[state].path, "")
            }
            object[assignment.name] = value
        }
        return object
    }

    func members(_ assignments: [Assignment], in state: Int) throws(ChartError) -> JSONObject {
        var object = JSONObject()
        for assignment in assignments { object[assignment.name] = try value(of: assignment.value, in: state) }
        return object
    }

    func value(of expression: Expression, in state: Int) throws(ChartError) -> JSON {
        if let value = try? expression.evaluate(scope) { return value }
        throw failure(in: state)
    }

    func text(_ expression: Expression, in state: Int) throws(ChartError) -> String {
        guard let text = try value(of: expression, in: state).string else { throw failure(in: state) }
        return text
    }

    func failure(_ code: ChartError.Code = .expression, in state: Int) -> ChartError {
        note(code == .communication ? .communicationError : .contentError)
        return ChartError(code, state: states[state].path, "")
    }

    var scope: Scope {
        var scope = Scope(
            context: .object(session.context), event: .null, eventName: event?.name ?? "",
            settings: world.surroundings.settings, now: world.surroundings.now,
            active: StateSet(session.configuration.list))
        if let event { scope.event = isNative ? .object(event.data) : record(event) }
        if !isNative { scope.session = sessionVariables }
        return scope
    }

    /// `_event` (W3C SCXML, 5.10.1).
    private func record(_ event: Event) -> JSON {
        let envelope = event.envelope
        let payload: JSON = event.data.isEmpty ? .null : .object(event.data)
        return [
            "name": .string(event.name), "type": .string(envelope?.kind.rawValue ?? "external"),
            "sendid": JSON(envelope?.sendID), "origin": JSON(envelope?.origin),
            "origintype": JSON(envelope?.originType), "invokeid": JSON(envelope?.invokeID),
            "data": envelope?.content ?? payload,
        ]
    }

    func raise(_ error: ChartError) {
        note(.errorEvent)
        let name = error.code == .communication ? "error.communication" : "error.execution"
        internalQueue.append(Event(name, envelope: Event.Envelope(.platform, sendID: error.sendID)))
    }

    func communicationError(_ sendID: String?) -> Event {
        Event("error.communication", envelope: Event.Envelope(.platform, sendID: sendID))
    }

    func platformEvent(_ name: String, _ data: JSON?) -> Event {
        let envelope = isNative ? nil : Event.Envelope(.platform, content: data)
        return Event(name, data: data?.object ?? [:], envelope: envelope)
    }
}
