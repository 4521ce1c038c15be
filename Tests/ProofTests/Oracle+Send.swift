import JSONValue
import Statechart

/// Events that an instance sends.
extension Oracle {
    func send(_ event: Event, to receiver: OracleWorld.Message.Receiver, from sender: Oracle) {
        world.messages.append(OracleWorld.Message(sender: sender, receiver: receiver, event: event))
    }

    func execute(_ send: Send, in state: Int) throws(ChartError) {
        var id: String?
        if let expression = send.id { id = try text(expression, in: state) }
        if id == nil { session.sendCount += 1 }
        let name = id ?? "send.\(session.sendCount)"
        if let place = send.idLocation { try set(place, .string(name), in: state) }
        do {
            let delayed = OracleSession.DelayedSend(
                id: name, isNamed: id != nil || send.idLocation != nil, event: "", target: "", data: nil)
            try dispatch(send, delayed, in: state)
        } catch {
            throw ChartError(error.code, state: error.state, "", sendID: name)
        }
    }

    private func dispatch(_ send: Send, _ blank: OracleSession.DelayedSend, in state: Int) throws(ChartError) {
        var message = blank
        if let expression = send.type {
            let type = try text(expression, in: state)
            guard type == "scxml" || type == Self.processor else { throw failure(in: state) }
        }
        if let expression = send.target { message.target = try text(expression, in: state) }
        if let expression = send.event { message.event = try text(expression, in: state) }
        guard !message.event.isEmpty else { throw failure(in: state) }
        if let content = send.content {
            message.data = try value(of: content, in: state)
        } else if !send.parameters.isEmpty {
            message.data = .object(try parameters(send.parameters, in: state))
        }
        let delay = try delay(send.delay, in: state)
        guard message.target.isEmpty || message.target.hasPrefix("#_") else { throw failure(in: state) }
        guard message.target != "#_parent" || parent != nil else { throw failure(.communication, in: state) }
        if let delay, delay != .fixed(.zero) { return postpone(message, delay) }
        note(.send)
        if message.target == "#_internal" {
            note(.sendInternal)
            internalQueue.append(event(of: message, .internal))
        } else if let receiver = receiver(message.target) {
            deliver(message, to: receiver)
        } else {
            throw failure(.communication, in: state)
        }
    }

    static let processor = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor"

    /// In SCXML a name that is given several times has the list of its values.
    private func parameters(_ assignments: [Assignment], in state: Int) throws(ChartError) -> JSONObject {
        if isNative { return try members(assignments, in: state) }
        var all: [(String, JSON)] = []
        for assignment in assignments { all.append((assignment.name, try value(of: assignment.value, in: state))) }
        var object = JSONObject()
        for name in assignments.map(\.name) {
            let values = all.filter { $0.0 == name }.map(\.1)
            object[name] = values.count == 1 ? values[0] : .array(values)
        }
        return object
    }

    private func event(of message: OracleSession.DelayedSend, _ kind: Event.Envelope.Kind) -> Event {
        let id = message.isNamed ? message.id : nil
        return Event(
            message.event, data: message.data?.object ?? [:],
            envelope: Event.Envelope(kind, sendID: id, content: message.data))
    }

    private func deliver(_ message: OracleSession.DelayedSend, to receiver: OracleWorld.Message.Receiver) {
        send(outgoing(message), to: receiver, from: self)
    }

    private func outgoing(_ message: OracleSession.DelayedSend) -> Event {
        var event = event(of: message, .external)
        if !isNative {
            event.envelope?.origin = "#_scxml_" + session.id
            event.envelope?.originType = Self.processor
        }
        if message.target == "#_parent" { event.envelope?.invokeID = name }
        return event
    }

    private func receiver(_ target: String) -> OracleWorld.Message.Receiver? {
        if target.isEmpty { return .instance(self) }
        if target == "#_parent" { return parent.map { .instance($0) } }
        if target.hasPrefix("#_scxml_") {
            let id = String(target.dropFirst(8))
            if id == session.id { return .instance(self) }
            return root.instance(ofSession: id) == nil ? nil : .session(id)
        }
        return children[String(target.dropFirst(2))].map { .instance($0) }
    }

    private func delay(_ delay: SendDelay?, in state: Int) throws(ChartError) -> Delay? {
        switch delay {
        case nil: return nil
        case .fixed(let delay): return delay
        case .computed(let expression):
            let text = try text(expression, in: state)
            // The generator knows these times alone.
            guard let duration: Duration = ["0s": .zero, "1.5s": .milliseconds(1500), "20ms": .milliseconds(20)][text]
            else { throw failure(in: state) }
            return .fixed(duration)
        }
    }

    private func postpone(_ message: OracleSession.DelayedSend, _ delay: Delay) {
        note(.delayedSend)
        var name = "send/\(message.id)"
        if session.timers[name] != nil { name += "#\(world.timerCount + 1)" }
        setTimer(name, delay)
        session.sends[name] = message
    }

    func cancelSends(_ id: String) {
        for name in session.sends.keys.sorted() where session.sends[name]?.id == id {
            note(.sendCancelled)
            session.sends[name] = nil
            clearTimer(name)
        }
    }

    /// A delayed event's time has come: it is an event of its own.
    func release(_ message: OracleSession.DelayedSend) throws(ChartError) {
        if message.target == "#_internal" { return try handle(event(of: message, .internal)) }
        guard let receiver = receiver(message.target) else { return try handle(communicationError(message.id)) }
        if case .instance(let own) = receiver, own === self { return try handle(outgoing(message)) }
        deliver(message, to: receiver)
    }
}
