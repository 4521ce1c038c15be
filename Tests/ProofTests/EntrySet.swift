/// What `computeEntrySet` fills in.
struct EntrySet {
    var statesToEnter = OrderedSet<Int>()
    var statesForDefaultEntry = OrderedSet<Int>()
    /// The history whose default content runs with its parent's entry, by the parent.
    var defaultHistoryContent: [Int: Int] = [:]
}
