/// "Did you mean …": the nearest known word to one that is not.
package enum Suggestion {
    /// The end of a message about an unknown word.
    package static func text(for word: String, among known: some Collection<String>) -> String {
        if let nearest = nearest(to: word, among: known) { return "; did you mean '\(nearest)'?" }
        guard !known.isEmpty else { return "" }
        let shown = known.sorted().prefix(12).joined(separator: ", ")
        return "; expected one of \(shown)\(known.count > 12 ? ", …" : "")"
    }

    static func nearest(to word: String, among known: some Collection<String>) -> String? {
        let limit = max(1, min(3, word.count / 3))
        let ranked = known.sorted().map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
    }

    /// Edits (insert, delete, replace, swap neighbours) between two short words.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(64))
        let right = Array(right.utf8.prefix(64))
        var rows = [Array(0...right.count)]
        for (row, byte) in left.enumerated() {
            var next = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(next[column] + 1, rows[row][column + 1] + 1, rows[row][column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                next.append(best)
            }
            rows.append(next)
        }
        return rows[left.count][right.count]
    }
}
