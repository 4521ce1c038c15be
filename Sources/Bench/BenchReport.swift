import JSONValue

/// The keys that every workload prints.
struct BenchReport: Sendable {
    let workload: String
    let target: BenchTarget
    var transitions: Int
    var commits: Int
    var seconds: Double
    var latencies: [Duration]
    var usage: UsageMeter.Usage
    var residentMegabytes: Double
    var load: Double
    var limits: MachineLimits
    var disk: Double?

    /// The whole line: what is special to the workload stands after what all have.
    func json(_ special: JSONObject) -> JSON {
        let count = Double(max(1, transitions))
        let sample = LatencySample(latencies)
        let common: JSONObject = [
            "workload": .string(workload), "database": .string(target.name), "transitions": .int(Int64(transitions)),
            "seconds": .rounded(seconds, 3), "rate_per_s": .rounded(count / max(1e-6, seconds), 0),
            "p50_ms": .rounded(sample.percentile(0.5), 2), "p99_ms": .rounded(sample.percentile(0.99), 2),
            "max_ms": .rounded(sample.longest, 2),
            "commits_per_transition": .rounded(Double(commits) / count, 4),
            "wal_bytes_per_transition": .rounded(usage.walBytes.map { Double($0) / count }, 0),
            "process_cpu_us_per_transition": .rounded(Double(usage.processMicroseconds) / count, 1),
            "database_cpu_us_per_transition": .rounded(usage.databaseMicroseconds.map { Double($0) / count }, 1),
            "rss_mb": .rounded(residentMegabytes, 1), "limit_single_per_s": .rounded(limits.singlePerSecond, 0),
            "limit_batch_per_s": .rounded(limits.batchPerSecond, 0), "fdatasync_p50_us": .rounded(disk, 0),
            "load": .rounded(load, 2),
        ]
        return .object(common.merging(special))
    }
}
