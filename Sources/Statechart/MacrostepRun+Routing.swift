import JSONValue

/// Where events go: from outside to the instance that they concern, and between the instances of a tree.
extension MacrostepRun {
    /// Takes an event from outside to the instance that it concerns; false when nothing waits for it any more.
    mutating func input(_ event: Event) throws(ChartError) -> Bool {
        switch event.origin {
        case .external:
            try receive(event)
            return true
        case .timer(let name, let occurrence):
            if let mark = name.utf8.firstIndex(of: UInt8(ascii: "!")) {
                let inner = String(name[name.index(after: mark)...])
                return try withChild(String(name[..<mark])) { run throws(ChartError) in
                    try run.input(.timer(inner, occurrence: occurrence))
                } ?? false
            }
            return try fire(name, occurrence, event)
        case .job(let number, let isTerminal):
            if let invocation = snapshot.jobs.first(where: { $0.value.number == number && $0.value.isLive })?.key {
                if isTerminal {
                    snapshot.jobs[invocation]?.isLive = false
                    hasSettledOrigin = true
                }
                try receive(event)
                return true
            }
            return try inputToChild(event, number)
        }
    }

    private mutating func fire(_ name: String, _ occurrence: Int, _ event: Event) throws(ChartError) -> Bool {
        guard snapshot.timers[name] == occurrence else { return false }
        snapshot.timers[name] = nil
        effects.append(.clearTimer(name: name, occurrence: occurrence))
        hasSettledOrigin = true
        guard let send = snapshot.sends.removeValue(forKey: name) else {
            try receive(event)
            return true
        }
        try release(send)
        return true
    }

    /// A job of a child's: its events name the invocation as the whole instance knows it.
    private mutating func inputToChild(_ event: Event, _ number: Int) throws(ChartError) -> Bool {
        guard let name = snapshot.children.first(where: { $0.value.snapshot.isLive(number) })?.key else { return false }
        var event = event
        for prefix in ["done.invoke.", "error.invoke."] where event.name.hasPrefix("\(prefix)\(name)!") {
            event.name = prefix + event.name.dropFirst(prefix.count + name.count + 1)
        }
        let inner = event
        return try withChild(name) { run throws(ChartError) in try run.input(inner) } ?? false
    }

    /// Delivers what the instances of the tree send each other, in the order in which it was sent, until nothing is on
    /// its way.
    mutating func drain() throws(ChartError) {
        guard !outgoing.isEmpty || !cancelled.isEmpty else { return }
        var waiting = outgoing
        outgoing = []
        cancelled = []
        var position = 0
        while position < waiting.count {
            try spend()
            let message = waiting[position]
            position += 1
            try deliver(message)
            let lost = cancelled
            if !lost.isEmpty {
                waiting = waiting[position...].filter { message in !lost.contains { message.concerns($0) } }
                position = 0
            }
            waiting += outgoing
            outgoing = []
            cancelled = []
        }
    }

    private mutating func deliver(_ message: Message) throws(ChartError) {
        switch message.destination {
        case .path(let path): try deliver(message.event, to: path[...])
        case .session(let session):
            if let path = self.path(toSession: session) {
                try deliver(message.event, to: path[...])
            } else {
                let envelope = Event.Envelope(.platform, sendID: message.event.envelope?.sendID)
                try deliver(Event("error.communication", envelope: envelope), to: message.sender[...])
            }
        case .parent: break
        }
    }

    private mutating func deliver(_ event: Event, to path: ArraySlice<String>) throws(ChartError) {
        guard let first = path.first else { return try receive(event) }
        _ = try withChild(first) { run throws(ChartError) in try run.deliver(event, to: path.dropFirst()) }
    }

    /// Whether a session lives in the tree.
    func knows(session: String) -> Bool { path(toSession: session) != nil || sessionsAround.contains(session) }

    private func path(toSession session: String) -> [String]? {
        if snapshot.session == session { return [] }
        return snapshot.children.path(toSession: session)
    }
}

extension NameMap<Snapshot.Child> {
    /// The sessions of these children and of those within them.
    var sessions: [String] { flatMap { [$0.1.snapshot.session] + $0.1.snapshot.children.sessions } }

    fileprivate func path(toSession session: String) -> [String]? {
        for (name, child) in self {
            if child.snapshot.session == session { return [name] }
            if let path = child.snapshot.children.path(toSession: session) { return [name] + path }
        }
        return nil
    }
}

extension MacrostepRun.Message {
    /// True when an instance, or one within it, sent the message or is to receive it.
    fileprivate func concerns(_ instance: [String]) -> Bool {
        if case .path(let path) = destination, path.starts(with: instance) { return true }
        return sender.starts(with: instance)
    }

    /// The message as the sender's parent sees it.
    func fromChild(_ name: String) -> Self {
        var message = self
        message.sender = [name] + sender
        switch destination {
        case .parent:
            message.destination = .path([])
            message.event.envelope?.invokeID = name
        case .path(let path): message.destination = .path([name] + path)
        case .session: break
        }
        return message
    }
}
