import JSONValue

/// A prompt from `prompts/*.md`: a header of `key: value` lines between `---` lines, then `# System` and `# Task`.
package struct Prompt: Sendable, Hashable {
    /// Stands in results as `prompt_version`.
    package let version: String
    /// Name of the schema that answers must fit.
    package let schema: String
    /// Names that may stand as `{{name}}` in the texts; each of them must.
    package let variables: [String]
    package let system: String
    package let task: String

    /// Why a prompt file cannot be used.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    package static let knownVariables: Set = ["tag", "schema"]

    package init(_ text: String) throws(Problem) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
            throw Problem("a prompt begins with a header between two lines of ---")
        }
        let header = try Self.header(lines[1..<end])
        guard let version = header["version"], let schema = header["schema"], let names = header["variables"] else {
            throw Problem("a prompt's header has version, schema and variables")
        }
        self.version = version
        self.schema = schema
        variables = names.split(separator: ",").map { String($0.filter { $0 != " " }) }
        let body = lines[(end + 1)...]
        guard let first = body.firstIndex(of: "# System"), let second = body.firstIndex(of: "# Task"), first < second
        else { throw Problem("a prompt has the sections '# System' and '# Task', in this order") }
        system = Self.section(body[(first + 1)..<second])
        task = Self.section(body[(second + 1)...])
        try check()
    }

    private static func header(_ lines: ArraySlice<String>) throws(Problem) -> [String: String] {
        var header: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
            guard parts.count == 2, ["version", "schema", "variables"].contains(parts[0]) else {
                throw Problem("the header line '\(line.prefix(80))' is not known")
            }
            header[String(parts[0])] = String(parts[1])
        }
        return header
    }

    private static func section(_ lines: ArraySlice<String>) -> String {
        let text = lines.drop(while: \.isEmpty).joined(separator: "\n")
        return String(text.reversed().drop(while: \.isNewline).reversed())
    }

    private func check() throws(Problem) {
        let text = system + task
        for name in variables {
            guard Self.knownVariables.contains(name) else { throw Problem("the variable '\(name)' is not known") }
            guard text.contains("{{\(name)}}") else { throw Problem("the variable '\(name)' is not used") }
        }
        for part in text.split(separator: "{{").dropFirst() {
            let name = part.prefix { $0 != "}" }
            guard variables.contains(String(name)) else { throw Problem("'\(name.prefix(40))' is not declared") }
        }
    }

    /// A section with its variables filled in. One pass: what a value holds is never looked at again.
    package func filled(_ section: String, _ values: [String: String]) -> String {
        var out = ""
        var rest = section[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            out += rest[..<open.lowerBound]
            out += values[String(rest[open.upperBound..<close.lowerBound])] ?? ""
            rest = rest[close.upperBound...]
        }
        return out + rest
    }
}
