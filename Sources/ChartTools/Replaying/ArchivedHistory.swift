import JSONValue

/// The history of one post in an archive.
package struct ArchivedHistory: Sendable, Hashable {
    package var post: String
    /// The digest of the chart that it ended on.
    package var chart: String
    package var rows: [HistoryRow]

    /// The posts of an archive, one a line, in the order of their last lines; a post that stands twice counts as its last
    /// line says. Nil when the text is no archive but a single history.
    package static func read(_ text: String) throws(HistoryProblem) -> [ArchivedHistory]? {
        var places: [String: Int] = [:]
        var found: [ArchivedHistory?] = []
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            guard let value = try? JSON.parse(Array(line.utf8)), let post = value["post"]?.string,
                let transitions = value["transitions"]?.array
            else {
                if found.isEmpty { return nil }
                throw HistoryProblem(row: index + 1, message: "expected an archived post, found '\(line.prefix(40))'")
            }
            var rows: [HistoryRow] = []
            for row in transitions { rows.append(try HistoryRow(row, row: index + 1)) }
            if let earlier = places[post] { found[earlier] = nil }
            places[post] = found.count
            found.append(ArchivedHistory(post: post, chart: value["chart"]?.string ?? "", rows: rows))
        }
        return found.isEmpty ? nil : found.compactMap(\.self)
    }
}
