import ChartFormat
import Foundation
import FoundationXML
import Pipeline
import Statechart
import TestSupport
import Testing

@testable import ChartTools

@Suite struct PictureTests {
    /// Everything that can be drawn: regions, both histories, arrows between levels, into and out of regions, and loops.
    static let zoo = """
        chart: 1
        id: zoo
        initial: a
        on: {stop: "#end"}
        states:
          a:
            on: {go: b, deep: "#deep", inner: {actions: {type: log, message: "'<b>&\\"</b>'"}}}
          b:
            type: parallel
            on: {back: a}
            states:
              left:
                initial: one
                states:
                  one: {on: {next: two, across: {target: "#four", reenter: true}}, after: {PT5M: two}}
                  two: {on: {out: "#end", self: {target: two, reenter: true}}}
                  past: {type: history, target: one}
              right:
                initial: three
                states:
                  three: {on: {next: {guard: "event.x == '</text><script>'", target: four}}}
                  four: {id: four, on: {up: {target: "#right", reenter: true}}}
          c:
            initial: d
            entry: [{type: log, message: "'in'"}]
            on: {down: .e}
            states:
              d: {on: {next: e}}
              e: {initial: f, states: {f: {on: {prev: "#d"}}}}
              deep: {type: history, history: deep, target: d}
          end: {id: end, type: final}
        """

    static func charts() throws -> [Chart] {
        [try PostChart.read(), try ChartReader.read(text: zoo, file: "zoo.yaml", vocabulary: ChartVocabulary())]
    }

    @Test func `a picture is the same each time, well-formed, and safe whatever a chart says`() throws {
        for chart in try Self.charts() {
            let picture = ChartSVG.draw(chart)
            #expect(picture == ChartSVG.draw(chart))
            #expect(!picture.contains("<script"))
            let parser = XMLParser(data: Data(picture.utf8))
            #expect(parser.parse(), "\(parser.parserError as Any)")
            for state in chart.states { #expect(picture.contains("data-path=\"\(state.path)\"")) }
        }
    }

    @Test func `labels lie on no state and on no other label`() throws {
        for chart in try Self.charts() {
            let picture = ChartPicture(ChartLayout(ChartDrawing(chart)))
            let labels = picture.arrows.compactMap { arrow in
                arrow.label.map { Box(origin: $0, size: Self.size(picture.layout.labels[arrow.connection])) }
            }
            let leaves = chart.states.filter { $0.isAtomic || $0.isHistory }.map { picture.boxes[$0.id] }
            for (index, label) in labels.enumerated() {
                for other in leaves + labels[..<index] where label.size.height > 0 {
                    #expect(!label.meets(other), "\(chart.id): \(label) lies on \(other)")
                }
            }
        }
    }

    @Test func `arrows cross no state that they do not touch`() throws {
        let chart = try PostChart.read()
        let picture = ChartPicture(ChartLayout(ChartDrawing(chart)))
        for arrow in picture.arrows {
            #expect(arrow.points.count >= 2)
            let ends = picture.layout.drawing.connections[arrow.connection]
            for state in chart.states where state.isAtomic && state.id != ends.source && state.id != ends.target {
                let box = picture.boxes[state.id]
                for point in arrow.points { #expect(!box.holds(point), "\(ends) runs through \(state.path)") }
            }
        }
    }

    @Test func `states lie within their parents and beside each other`() throws {
        for chart in try Self.charts() {
            let boxes = ChartPicture(ChartLayout(ChartDrawing(chart))).boxes
            for state in chart.states {
                guard let parent = state.parent else { continue }
                #expect(boxes[parent].encloses(boxes[state.id]), "\(state.path)")
                for sibling in chart.states[parent].children where sibling < state.id {
                    #expect(!boxes[sibling].meets(boxes[state.id]), "\(state.path)")
                }
            }
        }
    }

    @Test func `where a post is and was differs by class alone`() throws {
        let chart = try PostChart.read()
        let highlight = ChartHighlight(active: ["review"], visited: ["intake", "triage.working.pending"])
        let picture = ChartSVG.draw(chart, highlight: highlight)
        #expect(picture.contains("class=\"state atomic active\" data-path=\"review\""))
        #expect(picture.contains("class=\"state compound visited\" data-path=\"triage.working\""))
        let withoutClasses = { (text: String) in text.replacing(/class="[^"]*"/, with: "") }
        #expect(withoutClasses(picture) == withoutClasses(ChartSVG.draw(chart)))
        #expect(picture != ChartSVG.draw(chart))
    }

    @Test func `the README shows the post's chart as it is`() throws {
        let readme = try String(contentsOf: Repository.root.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains("```mermaid\n" + ChartMermaid.draw(try PostChart.read()) + "```"))
    }

    @Test func `Mermaid sees words and entities only`() throws {
        let text = ChartMermaid.draw(try Self.charts()[1])
        #expect(text.contains("[event.x == '#60;/text#62;#60;script#62;']"))
        for line in text.split(separator: "\n").dropFirst() {
            let label = line.split(separator: " : ", maxSplits: 1).dropFirst().first ?? ""
            #expect(!label.contains { "<>\"{}|&:%\\".contains($0) }, "\(line)")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dot")))
    func `Graphviz takes what is drawn for it`() throws {
        for chart in try Self.charts() {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/dot")
            process.arguments = ["-Tsvg"]
            let (input, output) = (Pipe(), Pipe())
            (process.standardInput, process.standardOutput) = (input, output)
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data(ChartDOT.draw(chart).utf8))
            try input.fileHandleForWriting.close()
            let picture = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(String(decoding: picture, as: UTF8.self).contains("</svg>"))
        }
    }

    @Test func `a terminal sees a tree with marks and no control characters`() throws {
        let text = ChartText.draw(try PostChart.read(), highlight: ChartHighlight(active: ["review"]))
        #expect(text.contains("├─ ▶ review  (review/waiting; waits for a person)"))
        #expect(text.contains("after review.expiry → expired"))
        #expect(ChartText.clean("a\u{1B}[31m") == "a\u{FFFD}[31m")
    }

    private static func size(_ lines: [String]) -> Size {
        Size(width: lines.map(TextMeasure.line).max() ?? 0, height: Double(lines.count) * TextMeasure.lineHeight)
    }
}

extension Box {
    fileprivate func meets(_ other: Box) -> Bool {
        origin.x < other.right && other.origin.x < right && origin.y < other.bottom && other.origin.y < bottom
    }

    fileprivate func encloses(_ other: Box) -> Bool {
        origin.x <= other.origin.x && origin.y <= other.origin.y && right >= other.right && bottom >= other.bottom
    }

    fileprivate func holds(_ point: Point) -> Bool {
        point.x > origin.x && point.x < right && point.y > origin.y && point.y < bottom
    }
}
