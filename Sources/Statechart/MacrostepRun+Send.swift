import JSONValue

/// Events that one instance sends to itself or to another.
extension MacrostepRun {
    /// An event on its way between instances of one tree. Places are paths of invocation ids from the receiver's view:
    /// they are made longer on the way up.
    struct Message {
        enum Destination {
            /// This instance's parent; not resolved yet.
            case parent
            case path([String])
            case session(String)
        }

        var destination: Destination
        var sender: [String]
        var event: Event
    }

    mutating func run(_ send: Send, in state: Int) throws(ChartError) {
        let id = try send.id.map { expression throws(ChartError) in try text(expression, in: state, as: "id") }
        let name = id ?? madeUpID()
        if let location = send.idLocation { try set(location, .string(name), in: state) }
        do {
            try dispatch(send, id: name, isNamed: id != nil || send.idLocation != nil, in: state)
        } catch {
            throw ChartError(error.code, state: error.state, error.message, sendID: name)
        }
    }

    private mutating func madeUpID() -> String {
        snapshot.sendCount += 1
        return "send.\(snapshot.sendCount)"
    }

    private mutating func dispatch(_ send: Send, id: String, isNamed: Bool, in state: Int) throws(ChartError) {
        let type = try optionalText(send.type, in: state, as: "type")
        guard type == nil || type == Self.processor || type == "scxml" else {
            throw ChartError(.expression, state: plan.states[state].path, "there is no event processor '\(type ?? "")'")
        }
        let target = try optionalText(send.target, in: state, as: "target") ?? ""
        guard let event = try optionalText(send.event, in: state, as: "event"), !event.isEmpty else {
            throw ChartError(.expression, state: plan.states[state].path, "a sent event needs a name")
        }
        let data = try payload(send, in: state)
        let delay = try self.delay(send.delay, in: state)
        try check(target, in: state)
        if let delay, delay != .fixed(.zero) {
            return postpone(
                Snapshot.PendingSend(
                    id: id, isNamed: isNamed, event: event, target: target, data: data ?? .null, occurrence: 0),
                delay)
        }
        try deliver(event, data, to: target, id: isNamed ? id : nil, in: state)
    }

    private func optionalText(_ expression: Expression?, in state: Int, as what: String) throws(ChartError) -> String? {
        guard let expression else { return nil }
        return try text(expression, in: state, as: what)
    }

    private func payload(_ send: Send, in state: Int) throws(ChartError) -> JSON? {
        if let content = send.content { return try evaluate(content, in: state, as: "content") }
        guard !send.parameters.isEmpty else { return nil }
        guard rules == .scxml else { return .object(try values(of: send.parameters, in: state, as: "parameter")) }
        return .object(try everyValue(of: send.parameters, in: state))
    }

    /// A parameter that is given several times carries the list of all its values: none may be lost (W3C test 178).
    private func everyValue(of parameters: [Assignment], in state: Int) throws(ChartError) -> JSONObject {
        var values: [(name: String, values: [JSON])] = []
        for parameter in parameters {
            let value = try evaluate(parameter.value, in: state, as: "parameter")
            if let index = values.firstIndex(where: { $0.name == parameter.name }) {
                values[index].values.append(value)
            } else {
                values.append((parameter.name, [value]))
            }
        }
        return JSONObject(values.map { ($0.name, $0.values.count == 1 ? $0.values[0] : .array($0.values)) })
    }

    private func delay(_ delay: SendDelay?, in state: Int) throws(ChartError) -> Delay? {
        switch delay {
        case nil: return nil
        case .fixed(let delay): return delay
        case .computed(let expression):
            let text = try text(expression, in: state, as: "delay")
            guard let duration = Duration(cssTime: text) else {
                throw failure("delay", expression, in: state, "'\(text)' is no time such as '1.5s' or '250ms'")
            }
            return .fixed(duration)
        }
    }

    /// Refuses targets that no processor knows before anything is stored.
    private func check(_ target: String, in state: Int) throws(ChartError) {
        guard target.isEmpty || target.hasPrefix("#_") else {
            throw ChartError(.expression, state: plan.states[state].path, "'\(target)' is no target of an event")
        }
        guard target != "#_parent" || depth > 0 else {
            throw ChartError(.communication, state: plan.states[state].path, "this instance has no parent")
        }
    }

    private mutating func deliver(
        _ name: String, _ data: JSON?, to target: String, id: String?, in state: Int
    ) throws(ChartError) {
        if target == "#_internal" {
            let envelope = Event.Envelope(.internal, sendID: id, content: data)
            return queue.append(Event(name, data: data?.object ?? [:], envelope: envelope))
        }
        guard let destination = destination(of: target) else {
            throw ChartError(.communication, state: plan.states[state].path, "nobody is to be reached as '\(target)'")
        }
        outgoing.append(Message(destination: destination, sender: [], event: sent(name, data, id: id)))
    }

    private func sent(_ name: String, _ data: JSON?, id: String?) -> Event {
        var envelope = Event.Envelope(.external, sendID: id, content: data)
        if rules == .scxml {
            envelope.origin = "#_scxml_\(snapshot.session)"
            envelope.originType = Self.processor
        }
        return Event(name, data: data?.object ?? [:], envelope: envelope)
    }

    private func destination(of target: String) -> Message.Destination? {
        if target.isEmpty { return .path([]) }
        if target == "#_parent" { return .parent }
        if target.hasPrefix("#_scxml_") {
            let session = String(target.dropFirst(8))
            if session == snapshot.session { return .path([]) }
            return knows(session: session) ? .session(session) : nil
        }
        let name = String(target.dropFirst(2))
        return snapshot.children[name] == nil ? nil : .path([name])
    }

    private mutating func postpone(_ send: Snapshot.PendingSend, _ delay: Delay) {
        var name = "send/\(send.id)"
        if snapshot.timers[name] != nil { name += "#\(snapshot.timerCount + 1)" }
        var send = send
        send.occurrence = setTimer(name, delay)
        snapshot.sends[name] = send
    }

    mutating func cancelSends(_ id: String) {
        for (name, send) in snapshot.sends where send.id == id {
            snapshot.sends[name] = nil
            clearTimer(name)
        }
    }

    /// A delayed event's time has come.
    mutating func release(_ send: Snapshot.PendingSend) throws(ChartError) {
        let data: JSON? = send.data.isNull ? nil : send.data
        let id = send.isNamed ? send.id : nil
        if send.target == "#_internal" {
            return try receive(
                Event(
                    send.event, data: data?.object ?? [:],
                    envelope: Event.Envelope(.internal, sendID: id, content: data)))
        }
        let event = sent(send.event, data, id: id)
        guard let destination = destination(of: send.target) else {
            let envelope = Event.Envelope(.platform, sendID: send.id)
            return try receive(Event("error.communication", envelope: envelope))
        }
        if case .path([]) = destination { return try receive(event) }
        outgoing.append(Message(destination: destination, sender: [], event: event))
    }
}

extension Duration {
    /// A CSS2 time: `1.5s`, `.5s`, `250ms`.
    package init?(cssTime text: String) {
        let isMilliseconds = text.hasSuffix("ms")
        guard isMilliseconds || text.hasSuffix("s") else { return nil }
        let number = text.dropLast(isMilliseconds ? 2 : 1)
        let isPlain = number.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, let value = Double(number), value.isFinite, value <= 1e12 else { return nil }
        self = .microseconds(Int64((value * (isMilliseconds ? 1000 : 1_000_000)).rounded()))
    }
}
