import JSONValue
import TestSupport
import Testing

extension ShortRuns {
    /// Each workload at its smallest: that it runs to its end and says what it should.
    @Suite struct BenchCommands {
        private static let core = ["workload", "load"]
        private static let load =
            core + [
                "rate_per_s", "p50_ms", "p99_ms", "max_ms", "commits_per_transition", "wal_bytes_per_transition",
                "process_cpu_us_per_transition", "database_cpu_us_per_transition", "rss_mb", "limit_single_per_s",
                "limit_batch_per_s", "fdatasync_p50_us",
            ]

        @Test(arguments: [
            (["pipeline", "--posts", "50", "--database", "postgres"], load),
            (["stages", "--posts", "50", "--database", "postgres"], load),
            (
                [
                    "callbacks", "--callbacks", "50", "--rate", "50", "--seconds", "1", "--waiting", "50", "--database",
                    "postgres",
                ], load + ["beside_rate_per_s", "idle_cpu_percent", "rss_waiting_mb"]
            ),
            (["timers", "--burst", "200", "--rate", "50", "--seconds", "1", "--database", "postgres"], load),
            (["pinned", "--rate", "100", "--seconds", "2"], load + ["held_percent", "pinned_s"]),
            (["waiting", "--posts", "100", "--database", "sqlite"], core + ["rss_mb", "idle_cpu_percent"]),
            (["signatures", "--rounds", "100"], core + ["per_s_1k", "per_s_20k"]),
            (["validate", "--rounds", "10"], core + ["us_per_value", "us_per_prose"]),
            (["chat", "--calls", "20", "--delay", "300"], core + ["added_p50_ms", "rss_kb_per_call"]),
        ])
        func `a workload runs to its end and prints one line of JSON with its keys`(
            _ arguments: [String], _ keys: [String]
        ) async throws {
            let process = try await ChildProcess.rejoinder(["bench"] + arguments)
            let exit = try await process.waitForExit(within: .seconds(120))
            #expect(exit == .code(0), "\(process.errors.text)")
            let line = try #require(process.output.lines.last)
            let figures = try JSON.parse(line)
            for key in keys { #expect(figures[key] != nil && figures[key] != .null, "\(key) in \(line)") }
            #expect(figures["workload"]?.string == arguments[0])
        }
    }
}
