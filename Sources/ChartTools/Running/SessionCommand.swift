import JSONValue

/// A line that somebody typed while running a chart by hand.
package enum SessionCommand: Sendable, Hashable {
    case send(event: String, data: JSONObject?)
    case done(invocation: String, facts: JSONObject?)
    case fail(invocation: String, code: String, retryable: Bool)
    /// What the service says of a job on its way, such as `job.assigned`.
    case job(event: String, invocation: String?, data: JSONObject?)
    case wait(Duration)
    case next, undo, show, history, draw, help, quit

    /// Reads a line; nil for an empty one or a comment. The error says what was expected.
    package init?(_ line: String) throws(SessionProblem) {
        let text = line.split(separator: "\n").first.map(String.init) ?? ""
        var words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard let verb = words.first, !verb.hasPrefix("#") else { return nil }
        words.removeFirst()
        switch verb {
        case "send", "s":
            self = .send(event: try Self.first(words, "send EVENT [JSON]"), data: try Self.json(words.dropFirst()))
        case "done", "d":
            self = .done(
                invocation: try Self.first(words, "done INVOCATION [JSON facts]"),
                facts: try Self.json(words.dropFirst()))
        case "error", "e": self = try Self.failure(words)
        case "assign", "a":
            self = .job(event: "job.assigned", invocation: words.first, data: try Self.json(words.dropFirst()))
        case "job":
            let event = try Self.first(words, "job EVENT INVOCATION [JSON]")
            self = .job(
                event: event.hasPrefix("job.") ? event : "job.\(event)", invocation: words.dropFirst().first,
                data: try Self.json(words.dropFirst(2)))
        case "wait", "w":
            guard let span = Self.span(words.joined()) else {
                throw SessionProblem("expected 'wait 5m': a number and s, m, h or d")
            }
            self = .wait(span)
        default: self = try Self.plain(verb)
        }
    }

    private static func plain(_ verb: String) throws(SessionProblem) -> SessionCommand {
        switch verb {
        case "next", "n": return .next
        case "undo", "u": return .undo
        case "show", ".": return .show
        case "history": return .history
        case "draw": return .draw
        case "help", "?": return .help
        case "quit", "exit", "q": return .quit
        default: throw SessionProblem("there is no command '\(verb.shortened(to: 30))'; 'help' lists them")
        }
    }

    private static func failure(_ words: [String]) throws(SessionProblem) -> SessionCommand {
        let form = "error INVOCATION [code] [retryable|permanent]"
        var rest = words.dropFirst()
        var isRetryable = true
        if let last = rest.last, ["retryable", "permanent", "true", "false"].contains(last) {
            isRetryable = last == "retryable" || last == "true"
            rest.removeLast()
        }
        guard rest.count <= 1 else { throw SessionProblem("expected '\(form)'") }
        return .fail(invocation: try first(words, form), code: rest.first ?? "failed", retryable: isRetryable)
    }

    private static func first(_ words: [String], _ form: String) throws(SessionProblem) -> String {
        guard let first = words.first else { throw SessionProblem("expected '\(form)'") }
        return first
    }

    private static func json(_ words: ArraySlice<String>) throws(SessionProblem) -> JSONObject? {
        guard !words.isEmpty else { return nil }
        guard let value = try? JSON.parse(Array(words.joined(separator: " ").utf8)), let object = value.object else {
            throw SessionProblem("expected a JSON object such as {\"by\": \"ann\"} behind the name")
        }
        return object
    }

    /// `90s`, `5m`, `2h30m`, `1.5d`.
    static func span(_ text: String) -> Duration? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        var total = 0.0
        var number = ""
        for character in text {
            if character.isNumber || character == "." {
                number.append(character)
            } else if let unit = units[character], let value = Double(number) {
                total += value * unit
                number = ""
            } else {
                return nil
            }
        }
        guard number.isEmpty, !text.isEmpty, total.isFinite, total <= 3_200_000_000 else { return nil }
        return .microseconds(Int64(total * 1_000_000))
    }

    package static let guide = """
        send EVENT [JSON]               an event from outside, with its payload
        assign [INVOCATION]             an endpoint took the job (job.assigned)
        done INVOCATION [JSON]          the job's result; facts that are not given are made up
        error INVOCATION [CODE] [retryable|permanent]
        job EVENT INVOCATION [JSON]     another word about a job: job.returned, job.limited
        wait 5m                         lets time pass, with the timers that fall due
        next                            lets time pass to the next timer
        undo                            back before the last event
        show, history, draw             where it stands; how it came there; the chart with it marked
        quit
        """
}

/// Why a line was refused.
package struct SessionProblem: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
