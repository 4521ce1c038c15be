/// A setting: its name in the file (`posting.mode`), in the environment (`REJOINDER_POSTING_MODE`) and for
/// `--set posting.mode=…`; what it means, and what it is when nobody says.
package struct SettingKey: Sendable {
    package enum Kind: Sendable, Hashable {
        case text
        case number(ClosedRange<Int>)
        case fraction
        case flag
        /// `250ms`, `5s`, `10m`, `6h`, `7d`.
        case duration
        case durations
        case texts
        case choice([String])
    }

    package let name: String
    package let kind: Kind
    package let fallback: String
    package let meaning: String
    /// Secrets are read from a file or the environment only, and never shown.
    package let isSecret: Bool

    package init(_ name: String, _ kind: Kind, _ fallback: String, _ meaning: String, isSecret: Bool = false) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.meaning = meaning
        self.isSecret = isSecret
    }

    /// `posting.account_gap` becomes `REJOINDER_POSTING_ACCOUNT_GAP`.
    package var variable: String {
        "REJOINDER_" + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }
}

extension SettingKey.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .text: "text"
        case .number(let range): "number \(range.lowerBound)…\(range.upperBound)"
        case .fraction: "number 0…1"
        case .flag: "true or false"
        case .duration: "duration (250ms, 5s, 10m, 6h, 7d)"
        case .durations: "list of durations"
        case .texts: "list"
        case .choice(let values): values.joined(separator: ", ")
        }
    }

    /// Why a text is no value of this kind; nil when it is one.
    func refusal(of text: String) -> String? {
        switch self {
        case .text, .texts: nil
        case .number(let range):
            Int(text).map { range.contains($0) } ?? false
                ? nil : "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .fraction: Double(text).map { (0...1).contains($0) } ?? false ? nil : "must be a number from 0 to 1"
        case .flag: ["true", "false"].contains(text) ? nil : "must be true or false"
        case .duration: Durations.read(text) == nil ? "must be a duration such as 250ms, 5s, 10m, 6h or 7d" : nil
        case .durations:
            SettingValues.list(text).contains { Durations.read($0) == nil }
                ? "must be a list of durations such as 10m, 1h, 6h" : nil
        case .choice(let values): values.contains(text) ? nil : "must be one of \(values.joined(separator: ", "))"
        }
    }
}

/// Durations as people write them.
enum Durations {
    static func read(_ text: some StringProtocol) -> Duration? {
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
        for (suffix, seconds) in units where text.hasSuffix(suffix) {
            guard let count = Double(text.dropLast(suffix.count)), count >= 0, count * seconds <= 3.2e8 else {
                continue
            }
            return .microseconds(Int64(count * seconds * 1_000_000))
        }
        return text == "0" ? .zero : nil
    }
}

/// The values of all settings, by name; every known name has one, and it is of its kind.
package struct SettingValues: Sendable {
    private(set) var values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    mutating func set(_ name: String, _ value: String) { values[name] = value }

    package func text(_ name: String) -> String { values[name] ?? "" }
    package func number(_ name: String) -> Int { Int(text(name)) ?? 0 }
    package func fraction(_ name: String) -> Double { Double(text(name)) ?? 0 }
    package func flag(_ name: String) -> Bool { text(name) == "true" }
    package func duration(_ name: String) -> Duration { Durations.read(text(name)) ?? .zero }
    package func texts(_ name: String) -> [String] { Self.list(text(name)) }
    package func durations(_ name: String) -> [Duration] { texts(name).compactMap { Durations.read($0) } }

    /// Elements separated by commas; blanks around them do not count.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { element in
            String(element.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }
}
