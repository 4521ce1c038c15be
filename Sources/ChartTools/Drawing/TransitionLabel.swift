import Statechart

/// A transition in words: its event, its guard and what it does.
package struct TransitionLabel: Sendable, Hashable {
    /// What it takes: `triage done`, `after triage.backoff`, `cancel`, `always`.
    package var event: String
    package var condition: String?
    package var actions: [String]

    package init(_ transition: Transition) {
        event = transition.isEventless ? "always" : transition.events.map(Self.words).joined(separator: ", ")
        condition = transition.condition.map { Self.oneLine($0.text) }
        actions = transition.actions.flatMap(Self.words)
    }

    init(actions: [Action]) {
        event = ""
        self.actions = actions.flatMap(Self.words)
    }

    /// `event [guard] / actions`, as UML writes it.
    package var text: String { parts.joined(separator: " ") }

    /// The pieces of ``text``, for lines that break between them.
    var parts: [String] {
        let head = event.isEmpty ? [] : [event]
        let effect = actions.isEmpty ? [] : ["/ " + actions.joined(separator: ", ")]
        return head + (condition.map { ["[\($0)]"] } ?? []) + effect
    }

    /// The names that the format itself makes, as people say them.
    private static func words(_ event: EventDescriptor) -> String {
        let name = event.text
        if name.hasPrefix("done.invoke.") { return "\(name.dropFirst(12)) done" }
        if name.hasPrefix("error.invoke.") { return "\(name.dropFirst(13)) failed" }
        if name.hasPrefix("done.state.") { return "done" }
        if name.hasPrefix("timer."), let slash = name.firstIndex(of: "/") {
            return "after \(name[name.index(after: slash)...])"
        }
        return name
    }

    static func words(_ action: Action) -> [String] {
        switch action {
        case .assign(let patch): patch.map { "\($0.name) = \(oneLine($0.value.text))" }
        case .raise(let event, _): ["raise \(event)"]
        case .cancel(let timer): ["cancel \(timer)"]
        case .log(let message, _): ["log \(oneLine(message.text))"]
        case .named(let name, _): [name]
        case .send(let send): ["send \(oneLine(send.event?.text ?? "an event"))"]
        case .cancelSend(let id): ["cancel \(oneLine(id.text))"]
        case .block(let actions): actions.flatMap(words)
        case .set(let place, let value): ["\(place.text) = \(oneLine(value.text))"]
        case .choose(let branches): ["if \(oneLine(branches.first?.condition?.text ?? "…")) …"]
        case .forEach(let loop): ["for \(loop.item.text) in \(oneLine(loop.array.text)) …"]
        case .fail: ["fail"]
        }
    }

    static func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

extension String {
    /// At most so many characters, the last of them `…` when something is left out.
    package func shortened(to limit: Int) -> String { count > limit ? prefix(max(0, limit - 1)) + "…" : self }
}
