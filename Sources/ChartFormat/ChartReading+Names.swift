import JSONValue
import Statechart

/// What may be a name, and the names that events have in other formats.
extension ChartReading {
    /// A name that can stand in a path: letters, digits, `_` and `-`, beginning with a letter or `_`.
    func word(_ node: ChartNode, _ what: String) -> String? {
        guard let text = node.string ?? (isForeign ? node.scalarText : nil) else {
            report(.shape, node.position, "expected \(what) (a text), found \(node.kindName)")
            return nil
        }
        guard isWord(text) else {
            report(.shape, node.position, "'\(text)' cannot be \(what): letters, digits, '_' and '-' only")
            return nil
        }
        return text
    }

    func isWord(_ text: String) -> Bool { isForeign ? Self.isForeignName(text) : Self.isWord(text) }
    func isEventName(_ text: String) -> Bool { isForeign ? Self.isForeignName(text) : Self.isEventName(text) }

    static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64, first.isWordStart else { return false }
        return text.utf8.allSatisfy(\.isWordPart)
    }

    /// Words joined by dots; all but the first may begin with a digit.
    static func isEventName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 100, first.isWordStart else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isWordPart) }
    }

    /// In an export names are whatever their author wrote.
    private static func isForeignName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 300 && !text.unicodeScalars.contains { $0.value < 32 }
    }

    /// The words of a path. `\.` is a dot within a word.
    static func path(_ text: some StringProtocol) -> [String] {
        guard text.contains("\\") else {
            let separator: Character = "."
            return text.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
        }
        var words = [""]
        var isEscaped = false
        for character in text {
            if isEscaped || (character != "\\" && character != ".") {
                words[words.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                words.append("")
            }
        }
        return words
    }

    /// The name that an event has here, for the names that XState gives to its own events; nil after a diagnostic.
    func eventName(_ name: String, at position: SourcePosition) -> String? {
        for (prefix, own) in [
            ("xstate.done.actor.", "done.invoke."), ("xstate.error.actor.", "error.invoke."),
        ] where name.hasPrefix(prefix) { return own + name.dropFirst(prefix.count) }
        if name.hasPrefix("xstate.done.state.") {
            let rest = String(name.dropFirst("xstate.done.state.".count))
            return absolute(rest, at: position).map { states[$0].doneEvent }
        }
        if name.hasPrefix("xstate.after.") { return timerName(String(name.dropFirst(13)), at: position) }
        for (prefix, advice) in Self.refusedEvents where name.hasPrefix(prefix) {
            report(.vocabulary, position, "'\(name)' is an event of XState's own; \(advice)")
            return nil
        }
        return name
    }

    private static let refusedEvents = [
        ("xstate.done.actor", "write 'done.invoke.' with the invocation's id, or 'onDone' in 'invoke'"),
        ("xstate.error.actor", "write 'error.invoke.' with the invocation's id, or 'onError' in 'invoke'"),
        ("xstate.timer", "write 'after'"), ("xstate.after(", "version 4's name; write 'after'"),
        ("xstate.init", "what happens at the start stands in 'entry'"),
        ("xstate.stop", "what happens at the end stands in 'exit'"),
        ("xstate.snapshot", "progress reaches no chart"),
        ("error.platform.", "version 4's name; write 'error.invoke.' with the invocation's id"),
        ("xstate.", "charts hear nothing of the kind"),
    ]

    /// `<delay>.<state>`, as XState joins them, is the timer of that state.
    private func timerName(_ text: String, at position: SourcePosition) -> String? {
        for (id, found) in members.enumerated() {
            for member in found["after"]?.value.members ?? [] where text.hasPrefix(member.key + ".") {
                let state = String(text.dropFirst(member.key.count + 1))
                let isHere = state == "\(chartID).\(states[id].path)" || state == found["id"]?.value.string
                if isHere { return "timer.\(states[id].path)/\(member.key)" }
            }
        }
        report(.target, position, "no state has a timer 'xstate.after.\(text)'; write 'after' in the state")
        return nil
    }
}

extension UInt8 {
    fileprivate var isWordStart: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || self == UInt8(ascii: "_")
    }

    fileprivate var isWordPart: Bool {
        isWordStart || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || self == UInt8(ascii: "-")
    }
}
