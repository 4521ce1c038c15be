/// A window on a listing, cut as Reddit cuts it.
struct Page<Item> {
    let items: [Item]
    let after: String?
    let before: String?

    /// Cuts a listing that is given newest first. The page begins behind the item `after`, or ends in front of the item
    /// `before`. An anchor that is not in the listing (any more) gives an empty page and no sign of what is amiss.
    init(_ all: [Item], after: String?, before: String?, limit: Int, name: (Item) -> String) {
        var start = 0
        var end = all.count
        if let anchor = before {
            end = all.firstIndex { name($0) == anchor } ?? 0
            start = max(0, end - limit)
        } else if let anchor = after {
            start = all.firstIndex { name($0) == anchor }.map { $0 + 1 } ?? all.count
            end = min(all.count, start + limit)
        } else {
            end = min(all.count, limit)
        }
        items = Array(all[min(start, end)..<end])
        self.after = end < all.count ? items.last.map(name) : nil
        self.before = start > 0 && before != nil ? items.first.map(name) : nil
    }
}
