import JSONValue
import Statechart

/// Reads charts from YAML or JSON.
package enum ChartReader {
    /// The chart in a text. `file` is the name that diagnostics show.
    package static func read(
        text: String, file: String, vocabulary: ChartVocabulary, dialect: ChartDialect = .native
    ) throws(ChartDiagnostics) -> Chart {
        try readPlaces(text: text, file: file, vocabulary: vocabulary, dialect: dialect).chart
    }

    /// The same, with the places of the chart's parts, for tools that speak about them.
    package static func readPlaces(
        text: String, file: String, vocabulary: ChartVocabulary, dialect: ChartDialect = .native
    ) throws(ChartDiagnostics) -> ReadChart {
        let log = ChartLog(file: file, text: text)
        let root: ChartNode
        do throws(ChartNodeReader.Problem) {
            root = try ChartNodeReader.read(text)
        } catch {
            log.report(error.code, error.position, error.message)
            throw ChartDiagnostics(log.diagnostics)
        }
        let reading = ChartReading(log: log, vocabulary: vocabulary, dialect: dialect)
        reading.read(root)
        guard log.isEmpty else { throw ChartDiagnostics(log.diagnostics.sorted { $0.position < $1.position }) }
        return ReadChart(chart: reading.chart(source: text), places: reading.allPlaces())
    }

    /// The file's value without its places and the order of its keys, as the JSON Schema of the format sees it.
    package static func json(text: String, file: String) throws(ChartDiagnostics) -> JSON {
        do throws(ChartNodeReader.Problem) {
            return try ChartNodeReader.read(text).json
        } catch {
            throw ChartDiagnostics([
                ChartDiagnostic(file: file, position: error.position, code: error.code, message: error.message)
            ])
        }
    }

    /// Everything that is wrong with a chart: empty when ``read(text:file:vocabulary:dialect:)`` takes it.
    package static func check(
        text: String, file: String, vocabulary: ChartVocabulary, dialect: ChartDialect = .native
    ) -> [ChartDiagnostic] {
        do throws(ChartDiagnostics) {
            _ = try read(text: text, file: file, vocabulary: vocabulary, dialect: dialect)
            return []
        } catch {
            return error.list
        }
    }
}
