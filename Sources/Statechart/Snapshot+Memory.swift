import JSONValue

extension Snapshot {
    /// What is stored beside configuration and context: history, timers, jobs, counters and children as one JSON object.
    package var memory: JSON {
        var members: JSONObject = ["next_job": .int(Int64(nextJob)), "timer_count": .int(Int64(timerCount))]
        // What there is none of takes no room: this is written with every macrostep.
        if !history.isEmpty {
            members["history"] = .object(JSONObject(history.map { ($0, .array($1.map(JSON.string))) }))
        }
        if !timers.isEmpty { members["timers"] = .object(JSONObject(timers.map { ($0, .int(Int64($1))) })) }
        // A job that has ended is a negative number.
        if !jobs.isEmpty {
            members["jobs"] = .object(
                JSONObject(jobs.map { ($0, .int(Int64($1.isLive ? $1.number : -$1.number))) }))
        }
        if !sends.isEmpty { members["sends"] = .object(JSONObject(sends.map { ($0, $1.json) })) }
        if sendCount > 0 { members["send_count"] = .int(Int64(sendCount)) }
        if !children.isEmpty { members["children"] = .object(JSONObject(children.map { ($0, $1.json) })) }
        if !session.isEmpty { members["session"] = .string(session) }
        if !bound.isEmpty { members["bound"] = .array(bound.map(JSON.string)) }
        return .object(members)
    }

    /// Restores what ``memory`` wrote, in its present form or the one before (each job an object). Nil when the value has
    /// another shape.
    package init?(configuration: [String], context: JSONObject, memory: JSON) {
        guard let history = (memory["history"] ?? [:]).object, let timers = (memory["timers"] ?? [:]).object,
            let jobs = (memory["jobs"] ?? [:]).object, let nextJob = memory["next_job"]?.int,
            let timerCount = memory["timer_count"]?.int
        else { return nil }
        self.init(configuration: configuration, context: context, nextJob: Int(nextJob), timerCount: Int(timerCount))
        for (key, value) in history { self.history[key] = value.array?.compactMap(\.string) ?? [] }
        for (key, value) in timers { self.timers[key] = Int(value.int ?? 0) }
        for (key, value) in jobs {
            if let number = value.int {
                self.jobs[key] = Job(number: Int(number.magnitude), isLive: number > 0)
            } else {
                guard let number = value["n"]?.int, let isLive = value["live"]?.bool else { return nil }
                self.jobs[key] = Job(number: Int(number), isLive: isLive)
            }
        }
        for (key, value) in memory["sends"]?.object ?? [:] {
            guard let send = PendingSend(value) else { return nil }
            sends[key] = send
        }
        for (key, value) in memory["children"]?.object ?? [:] {
            guard let child = Child(value) else { return nil }
            children[key] = child
        }
        sendCount = Int(memory["send_count"]?.int ?? 0)
        session = memory["session"]?.string ?? ""
        bound = memory["bound"]?.array?.compactMap(\.string) ?? []
    }
}

extension Snapshot.PendingSend {
    var json: JSON {
        [
            "id": .string(id), "named": .bool(isNamed), "event": .string(event), "target": .string(target),
            "data": data,
            "n": .int(Int64(occurrence)),
        ]
    }

    init?(_ json: JSON) {
        guard let id = json["id"]?.string, let event = json["event"]?.string, let target = json["target"]?.string,
            let data = json["data"], let occurrence = json["n"]?.int
        else { return nil }
        let isNamed = json["named"]?.bool ?? true
        self.init(
            id: id, isNamed: isNamed, event: event, target: target, data: data, occurrence: Int(occurrence))
    }
}

extension Snapshot.Child {
    var json: JSON {
        [
            "chart": chart, "configuration": .array(snapshot.configuration.map(JSON.string)),
            "context": .object(snapshot.context), "memory": snapshot.memory,
        ]
    }

    init?(_ json: JSON) {
        guard let chart = json["chart"], let configuration = json["configuration"]?.array,
            let context = json["context"]?.object, let memory = json["memory"],
            let snapshot = Snapshot(
                configuration: configuration.compactMap(\.string), context: context, memory: memory)
        else { return nil }
        self.init(chart: chart, snapshot: snapshot)
    }
}

extension Snapshot {
    /// The invocation of a job, of this instance or of a child: `<child>!<invocation>`. Nil for an unknown number.
    package func invocation(of job: Int) -> String? {
        if let own = jobs.first(where: { $0.value.number == job }) { return own.key }
        for (name, child) in children {
            if let inner = child.snapshot.invocation(of: job) { return "\(name)!\(inner)" }
        }
        return nil
    }

    /// A job that the chart, or a child's, still waits for.
    package func isLive(_ job: Int) -> Bool {
        jobs.contains { $0.value.number == job && $0.value.isLive }
            || children.contains { $0.value.snapshot.isLive(job) }
    }

    /// Forgets what an event that could not be applied came from: its timer has fired, its job is waited for no more.
    package mutating func settle(_ origin: Event.Origin) {
        switch origin {
        case .external: break
        case .timer(let name, _): clear(timer: name)
        case .job(let number, _): end(job: number)
        }
    }

    private mutating func clear(timer name: String) {
        if let mark = name.utf8.firstIndex(of: UInt8(ascii: "!")) {
            children[String(name[..<mark])]?.snapshot.clear(timer: String(name[name.index(after: mark)...]))
        } else {
            timers[name] = nil
            sends[name] = nil
        }
    }

    private mutating func end(job number: Int) {
        if let own = jobs.first(where: { $0.value.number == number })?.key { jobs[own]?.isLive = false }
        for name in children.keys { children[name]?.snapshot.end(job: number) }
    }
}
