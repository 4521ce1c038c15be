extension Event.Origin {
    /// The origin as history rows write it: `external`, `timer:<name>#<occurrence>`, `job:<number>`, and `job:<number>!`
    /// when the job ends with it.
    package var text: String {
        switch self {
        case .external: "external"
        case .timer(let name, let occurrence): "timer:\(name)#\(occurrence)"
        case .job(let number, let isTerminal): "job:\(number)" + (isTerminal ? "!" : "")
        }
    }

    /// Reads what ``text`` wrote; nil for anything else.
    package init?(text: String) {
        if text == "external" {
            self = .external
        } else if text.hasPrefix("timer:"), let hash = text.lastIndex(of: "#"),
            let occurrence = Int(text[text.index(after: hash)...])
        {
            self = .timer(name: String(text[text.index(text.startIndex, offsetBy: 6)..<hash]), occurrence: occurrence)
        } else if text.hasPrefix("job:") {
            let isTerminal = text.hasSuffix("!")
            guard let number = Int(text.dropFirst(4).dropLast(isTerminal ? 1 : 0)) else { return nil }
            self = .job(number: number, isTerminal: isTerminal)
        } else {
            return nil
        }
    }
}
