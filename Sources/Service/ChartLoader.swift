import Assets
import ChartFormat
import Foundation
import JSONSchema
import Logging
import Pipeline
import Statechart
import Store

/// Brings charts into the registry: the file that new posts start on, and those that stored posts still run on.
package enum ChartLoader {
    /// The chart file of the settings, or the built-in one; refused with file, line and column when it is broken.
    package static func current(_ values: SettingValues) throws -> Chart {
        let path = values.text("chart")
        guard !path.isEmpty else {
            let text = Asset.at("statecharts/post.yaml")?.text ?? ""
            return try read(text, "statecharts/post.yaml")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingsError("the chart file \(path) cannot be read")
        }
        return try read(text, path)
    }

    package static func read(_ text: String, _ file: String) throws(ChartDiagnostics) -> Chart {
        try ChartReader.read(text: text, file: file, vocabulary: PipelineVocabulary.charts)
    }

    /// Registers the current chart and every chart of the store; one that this version cannot read is left to others.
    static func load(_ values: SettingValues, store: any Store, into registry: ChartRegistry, logger: Logger)
        async throws
    {
        let chart = try current(values)
        try await store.saveChart(digest: chart.digest, id: chart.id, source: chart.source)
        try registry.addCurrent(chart)
        for digest in try await store.chartDigests() where digest != chart.digest {
            guard let source = try await store.chartSource(digest: digest) else { continue }
            do {
                let old = try read(source, "chart \(digest.prefix(12))")
                try registry.add(old, stored: digest)
            } catch {
                logger.error(
                    "a stored chart cannot be read: its posts wait for a node that can",
                    metadata: ["digest": "\(digest)", "error": "\(error)"])
            }
        }
    }
}
