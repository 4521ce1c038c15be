import Statechart

/// Reads charts from YAML or JSON.
package enum ChartReader {
    /// The chart in a text. `file` is the name that diagnostics show.
    package static func read(
        text: String, file: String, vocabulary: ChartVocabulary
    ) throws(ChartDiagnostics) -> Chart {
        try ChartReading(text: text, file: file, vocabulary: vocabulary).read()
    }

    /// Everything that is wrong with a chart: empty when ``read(text:file:vocabulary:)`` takes it.
    package static func check(text: String, file: String, vocabulary: ChartVocabulary) -> [ChartDiagnostic] {
        do throws(ChartDiagnostics) {
            _ = try read(text: text, file: file, vocabulary: vocabulary)
            return []
        } catch {
            return error.list
        }
    }
}
