import JSONValue

/// What keeps a database from growing without end, and looks after its health. Nothing here is on the way of a
/// macrostep: the verbs work in small slices beside it, on a connection of their own where there are several.
package protocol StoreUpkeep: Sendable {
    /// Takes the upkeep for this process; false while another one has it. Losing it half-way (a lost connection) does no
    /// harm: every verb checks again, under the locks, what it is about to remove.
    func beginUpkeep() async throws -> Bool
    func endUpkeep() async

    /// Looks at `rows` posts in the order of their ids, beginning after `cursor`, and returns those that have ended.
    func finishedPosts(after cursor: PostID?, rows: Int) async throws -> FinishedPage
    /// All that is stored about posts, each as of one moment; ids that do not exist are left out.
    func records(_ ids: [PostID]) async throws -> [PostRecord]
    /// Removes posts with all that is theirs, except history and deliveries where partitions hold them, and the ledger.
    /// A post that has not ended, or has another revision than the one given, is left alone. Returns how many went; of
    /// each remains that it was there (``purged(_:)``).
    func purge(_ posts: [FinishedPost]) async throws -> Int
    /// Removes what people and models wrote: title, body, author, links, results, raw deliveries. Ids, hashes, numbers
    /// and the history stay, and it still replays. Returns how many posts had texts. Posts that go on may be named.
    func purgeTexts(of ids: [PostID]) async throws -> Int
    /// Which of these posts were purged, and when.
    func purged(_ ids: [PostID]) async throws -> [PostID: Timestamp]

    /// Removes at most `slice` rows of each log that is older than its limit; returns how many went.
    func trimLogs(_ limits: LogLimits, slice: Int) async throws -> Int
    /// Drops whole partitions older than these moments; the history of posts that are still there is carried forward
    /// first. One that somebody reads stays until the next call. Returns the names of the dropped ones; a store without
    /// partitions has none.
    func dropPartitions(transitions: Timestamp, deliveries: Timestamp) async throws -> [String]

    /// What `doctor` looks at, at most `limit` rows of each kind.
    func inspect(limit: Int) async throws -> Inspection
    /// Jobs of these posts that are not done.
    func liveJobs(of ids: [PostID]) async throws -> [JobRow]
}
