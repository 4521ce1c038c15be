import Foundation

/// Reads values by their options' names; a bad one is an error that names the option and what it wants.
struct AgentValueReader {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? { values[name] }

    func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw problem(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func price(_ name: String) throws -> Double? {
        guard let text = values[name] else { return nil }
        guard let number = Double(text), number >= 0, number < 1e6 else { throw problem(name, "a number of dollars") }
        return number
    }

    func choice(_ name: String, _ choices: [String]) throws -> String? {
        guard let text = values[name] else { return nil }
        guard choices.contains(text) else { throw problem(name, "one of \(choices.joined(separator: ", "))") }
        return text
    }

    func url(_ name: String) throws -> String? {
        guard let text = values[name] else { return nil }
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), URL(string: text)?.host() != nil else {
            throw problem(name, "an http or https URL")
        }
        // It would stand in logs.
        if URL(string: text)?.user() != nil { throw problem(name, "a URL without a user's name", shown: "") }
        return text
    }

    /// `90s`, `15m`, `2h`, `250ms`, or a number of seconds.
    func span(_ name: String, _ range: ClosedRange<Duration>) throws -> Duration? {
        guard let text = values[name] else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Int64] = ["ms": 1, "": 1000, "s": 1000, "m": 60_000, "h": 3_600_000]
        guard let unit = units[text.dropFirst(digits.count)], let count = Int64(digits), count <= 1_000_000_000,
            range.contains(.milliseconds(count * unit))
        else {
            throw problem(name, "a span of time from \(range.lowerBound) to \(range.upperBound), such as 90s or 15m")
        }
        return .milliseconds(count * unit)
    }

    /// From the file that `--<name>-file` names, else from the environment. Its value stands in no error.
    func secret(_ name: String) throws -> String? {
        let value: String
        if let path = values["\(name)-file"] {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw AgentResearchSettings.Problem("--\(name)-file: \(path) cannot be read")
            }
            value = text
        } else if let text = values[name] {
            value = text
        } else {
            return nil
        }
        let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else { throw AgentResearchSettings.Problem("--\(name)-file: the secret is empty") }
        return trimmed
    }

    private func problem(
        _ name: String, _ expected: String, shown: String? = nil
    ) -> AgentResearchSettings.Problem {
        let found = (shown ?? values[name] ?? "").prefix(80)
        return AgentResearchSettings.Problem(
            "--\(name): expected \(expected)" + (found.isEmpty ? "" : ", found '\(found)'"))
    }
}
