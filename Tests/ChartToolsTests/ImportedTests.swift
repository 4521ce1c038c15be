import ChartFormat
import ChartTools
import JSONValue
import SCXML
import Statechart
import Testing

@Suite struct ImportedTests {
    private static let document = """
        <scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="oven" datamodel="cel" initial="off">
          <datamodel><data id="left" expr="2"/></datamodel>
          <state id="off"><transition event="turn.on" target="on"/></state>
          <parallel id="on">
            <transition event="turn.off" target="off"/>
            <state id="heat" initial="warm">
              <state id="warm"><transition event="tick" cond="left == 0" target="done"/>
                <transition event="tick"><assign location="left" expr="left - 1"/></transition></state>
              <final id="done"/>
            </state>
            <state id="lamp"><transition event="done.state.heat" target="over"/></state>
          </parallel>
          <final id="over"/>
        </scxml>
        """

    private static func chart() throws -> Chart { try SCXMLReader.read(text: document, file: "oven.scxml") }

    @Test func `imported documents are drawn`() throws {
        let chart = try Self.chart()
        let text = ChartText.draw(chart)
        #expect(text.contains("(parallel)") && text.contains("tick"))
        #expect(ChartSVG.draw(chart).contains("class=\"divider\""))
        #expect(ChartMermaid.draw(chart).contains("--\n"))
    }

    @Test func `imported documents are explored`() throws {
        let options = ChartExplorer.Options(settings: [:])
        let found = ChartExplorer.explore(try Self.chart(), vocabulary: ChartVocabulary(), options: options)
        #expect(found.isComplete && found.hasEnd)
        #expect(found.unreachedStates == [] && found.deadEnds.isEmpty && found.endless.isEmpty)
        #expect(
            found.paths.first { $0.state.hasSuffix("over") }?.path.map(\.event) == [
                "start", "turn.on", "tick", "tick", "tick",
            ])
    }
}
