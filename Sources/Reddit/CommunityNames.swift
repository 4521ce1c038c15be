/// Names of communities, as settings give them, and their division into listings.
package enum CommunityNames {
    package static let namesPerListing = 100
    package static let charactersPerListing = 2_000

    /// Letters, digits, `_`, `-` and single dots within (`reddit.com` is one); profile pages begin with `u_`. Nothing else
    /// gets into a path.
    package static func isValid(_ name: String) -> Bool {
        (2...50).contains(name.utf8.count) && name.wholeMatch(of: /[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*/) != nil
    }

    /// Each name once, whatever its case, in groups that fit a listing's URL.
    package static func chunks(_ names: [String]) -> [[String]] {
        var seen: Set<String> = []
        var chunks: [[String]] = []
        var room = 0
        for name in names where isValid(name) && seen.insert(name.lowercased()).inserted {
            let length = name.utf8.count + 1
            if room < length || (chunks.last?.count ?? namesPerListing) >= namesPerListing {
                chunks.append([])
                room = charactersPerListing
            }
            chunks[chunks.count - 1].append(name)
            room -= length
        }
        return chunks
    }
}
