import Postgres

/// When transitions were committed, by a server's clock in microseconds.
enum CommitPace {
    static func clock(_ url: String) async throws -> Int64 {
        try await ChaosCluster.query(url, "SELECT micros_of(clock_timestamp()) AS n")[0].int64("n")
    }

    /// When something was committed, in order.
    static func times(_ url: String) async throws -> [Int64] {
        try await ChaosCluster.query(url, "SELECT micros_of(at) AS n FROM transitions ORDER BY at").map {
            try $0.int64("n")
        }
    }

    /// After how many seconds since `back` as much was committed in one second as in each of the last four before
    /// `stopped`, on average; nil when it never was.
    static func recovery(
        _ url: String, stopped: Int64, back: Int64, share: Double = 1
    ) async throws -> Double? {
        let times = try await times(url)
        let usual = Double(times.count { $0 > stopped - 4_000_000 && $0 <= stopped }) / 4 * share
        let after = times.filter { $0 > back }
        let reached = after.indices.first { index in
            Double(after[...index].count { $0 > after[index] - 1_000_000 }) >= usual
        }
        return reached.map { Double(after[$0] - back) / 1e6 }
    }
}
