/// What one pass over the communities found.
package struct ScanReport: Sendable, Equatable {
    /// Distinct submissions that the listings showed.
    package var seen = 0
    /// Ingested by this pass, skipped ones included.
    package var new = 0
    package var pages = 0
    /// Children of listings that could not be read as submissions.
    package var undecodable = 0
    /// Submissions that the service refused to store.
    package var refused = 0
    /// Of the new ones, how many are left alone, and why.
    package var skipped: [SkipReason: Int] = [:]
    /// Listings that ended before a known submission showed up: some were never seen.
    package var gaps = 0
    /// Communities that cannot be read, and Reddit's word for it.
    package var unavailable: [String: RedditError.Code] = [:]

    package init() {}
}
