import ChartFormat
import Foundation
import JSONValue
import Pipeline
import Statechart
import TestSupport

/// The service's own chart, read as the service reads it.
enum PostChart {
    static func text() throws -> String {
        try String(contentsOf: Repository.root.appending(path: "statecharts/post.yaml"), encoding: .utf8)
    }

    static func read() throws -> Chart { try read(text()) }

    static func read(_ text: String) throws -> Chart {
        try ChartReader.read(text: text, file: "post.yaml", vocabulary: PipelineVocabulary.charts)
    }
}
