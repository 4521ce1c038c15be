/// Finds texts within texts by their bytes, in time that grows with the sum of both lengths.
enum GuardSearch {
    static func contains(_ text: String, _ part: String) -> Bool {
        guard !part.isEmpty else { return true }
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        guard part.count <= text.count else { return false }
        let borders = Self.borders(part)
        var matched = 0
        for byte in text {
            while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
            if part[matched] == byte { matched += 1 }
            if matched == part.count { return true }
        }
        return false
    }

    /// For each beginning of the part, the length of its longest proper end that is a beginning as well.
    private static func borders(_ part: [UInt8]) -> [Int] {
        var borders = [Int](repeating: 0, count: part.count)
        var length = 0
        for index in part.indices.dropFirst() {
            while length > 0, part[length] != part[index] { length = borders[length - 1] }
            if part[length] == part[index] { length += 1 }
            borders[index] = length
        }
        return borders
    }
}
