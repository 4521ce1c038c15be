import JSONValue
import Statechart

/// What became of the replay of an archive.
package struct ArchiveReplay: Sendable {
    package var agreeing = 0
    /// Posts whose paths part.
    package var parted: [(post: String, rows: Int, result: ChartReplay.Result)] = []
    /// Posts of other charts, which are not replayed.
    package var otherCharts = 0

    /// Replays the posts that ended on this chart, or all of them.
    package init(_ posts: [ArchivedHistory], on chart: Chart, settings: JSON, anyChart: Bool) {
        for post in posts {
            guard anyChart || post.chart == chart.digest else {
                otherCharts += 1
                continue
            }
            let result = ChartReplay.run(post.rows, on: chart, settings: settings)
            if result.parting == nil { agreeing += 1 } else { parted.append((post.post, post.rows.count, result)) }
        }
    }

    package var text: String {
        let lines = parted.map { "post \($0.post): \($0.result.text(rows: $0.rows))" }
        let others = otherCharts == 0 ? "" : ", \(otherCharts) of other charts were left out"
        let sum = "\(agreeing) posts lead where they led, \(parted.count) part\(others)"
        return (lines + [sum]).joined(separator: "\n")
    }

    package var json: JSON {
        [
            "agreeing": .int(Int64(agreeing)), "other_charts": .int(Int64(otherCharts)),
            "parted": .array(
                parted.map { post in
                    .object((post.result.json.object ?? [:]).merging(["post": .string(post.post)]))
                }),
        ]
    }
}
