/// What the machine and its database can do at best, with rows of the workload's size.
struct MachineLimits: Sendable {
    /// One transaction of three statements a transition, on one connection.
    var singlePerSecond: Double
    /// Set-based batches of 500 over scattered posts.
    var batchPerSecond: Double

    static let posts = 50_000
    static let inputs = 150_000
    static let batch = 500
    static let time = Duration.seconds(3)

    /// The posts of one batch, scattered over the table, in the order of their ids.
    static func scattered(_ round: Int, lane: Int, lanes: Int) -> [Int64] {
        // A step without a common factor with the number of posts: no post twice in a batch.
        let start = round * 7919
        return (0..<batch).map { Int64((start + $0 * 191) % (posts / lanes) * lanes + lane + 1) }.sorted()
    }

    static func rate(_ count: Int, since began: ContinuousClock.Instant) -> Double {
        Double(count) / max(1e-6, (ContinuousClock.now - began) / .seconds(1))
    }
}
