import ChartFormat
import JSONValue
import SCXML
import Statechart
import Testing

/// What documents become.
@Suite struct SCXMLReaderTests {
    @Test func `states have the ids of the document, and made-up ones where it gives none`() throws {
        let chart = try SCXMLDocument.chart(
            "<state id='_1'><state/><parallel><state id='b'/></parallel></state><final/>")
        #expect(chart.states.map(\.path) == ["", "_1", "_2", "_3", "b", "_4"])
        #expect(chart.states.map(\.end) == [6, 5, 3, 5, 5, 6])
        #expect(chart.states.map(\.kind) == [.compound, .compound, .atomic, .parallel, .atomic, .final])
        #expect(chart.states[0].initial == [1] && chart.rules == .scxml)
    }

    @Test func `a chart is named by its name, or else by its file`() throws {
        #expect(try SCXMLDocument.chart("<final/>", root: "name='n'").id == "n")
        #expect(try SCXMLDocument.chart("<final/>").id == "test")
    }

    @Test func `the digest is that of the text`() throws {
        let chart = try SCXMLDocument.chart("<final/>")
        let other = try SCXMLDocument.chart("<final id='x'/>")
        #expect(chart.digest.count == 64 && chart.digest != other.digest)
        #expect(chart.source == SCXMLDocument.text("<final/>"))
    }

    @Test func `descriptors match prefixes however they are written`() throws {
        let chart = try SCXMLDocument.chart("<state id='a'><transition event='a b.* c. * d.e' target='a'/></state>")
        #expect(
            chart.states[1].transitions[0].events
                == [.prefix("a"), .prefix("b"), .prefix("c"), .any, .prefix("d.e")])
    }

    @Test func `internal transitions are so only within a compound source`() throws {
        let chart = try SCXMLDocument.chart(
            """
            <state id='a'><transition event='e' type='internal' target='b'/>
            <transition event='e' target='b'/><transition event='e' type='internal' target='a'/>
            <state id='b'><transition event='e' type='internal' target='b'/></state></state>
            """)
        #expect(chart.states[1].transitions.map(\.isReentering) == [false, true, true])
        #expect(chart.states[2].transitions.map(\.isReentering) == [true])
    }

    @Test func `inline data are JSON, a text with single blanks, or XML`() throws {
        let lines = try SCXMLDocument.log(
            """
            <datamodel><data id='a'>{"x": [1, 2.5]}</data><data id='b'> two
               words </data><data id='c'><q xmlns='u' r='&lt;'>s</q></data><data id='d' src='file:d'/></datamodel>
            <final><onentry><log expr='a.x[1]'/><log expr='b'/><log expr='c'/><log expr='d'/></onentry></final>
            """, resolve: { $0 == "file:d" ? " [7] " : nil })
        #expect(lines == ["2.5", "two words", "<q xmlns=\"u\" r=\"&lt;\">s</q>", "[7]"])
    }

    @Test func `an expression that cannot be compiled fails when it runs`() throws {
        let lines = try SCXMLDocument.log(
            """
            <datamodel><data id='a' expr='(('/></datamodel>
            <state><onentry><log expr='a == null'/></onentry>
            <transition event='error.execution' target='b'><log expr='_event.name'/></transition></state>
            <state id='b'><transition cond='no such' target='b'/><transition event='error' target='c'/></state>
            <final id='c'><onentry><log expr='"end"'/></onentry></final>
            """)
        #expect(lines == ["true", "error.execution", "end"])
    }

    @Test func `a member of a late variable cannot be read before it is bound, nor one that is not there after`() throws
    {
        let lines = try SCXMLDocument.log(
            """
            <state id='a'><onentry><log expr='v.w'/></onentry><transition event='error' target='b'/></state>
            <state id='b'><datamodel><data id='v' expr='1'/></datamodel><onentry><log expr='v.w'/></onentry>
            <transition event='error' target='c'/></state>
            <final id='c'><onentry><log expr='v'/></onentry></final>
            """, root: "binding='late'")
        #expect(lines == ["1"])
    }

    @Test func `an empty finalize takes what the event carries into the locations that were passed`() throws {
        let lines = try SCXMLDocument.log(
            """
            <datamodel><data id='a' expr='1'/><data id='b' expr='2'/></datamodel>
            <state><invoke namelist='a'><param name='n' location='b'/><finalize/><content>
            <scxml version='1.0'><final><onentry><send target='#_parent' event='e'><param name='a' expr='8'/>
            <param name='n' expr='9'/></send></onentry></final></scxml></content></invoke>
            <transition event='e' target='f'/></state>
            <final id='f'><onentry><log expr='[a, b]'/></onentry></final>
            """)
        #expect(lines == ["[8,9]"])
    }

    @Test func `documents named by src become children, and what is wrong with them is known at once`() throws {
        let body = "<state><invoke src='child.scxml'/></state>"
        let chart = try SCXMLDocument.chart(body) { _ in SCXMLDocument.text("<final/>") }
        #expect(chart.children["child.scxml"]?.states.count == 2)
        let list = SCXMLReader.check(text: SCXMLDocument.text(body), file: "p.scxml") { _ in
            SCXMLDocument.text("<nothing/>")
        }
        #expect(list.map(\.file) == ["child.scxml"])
    }

    @Test func `a source names a file in the document's folder or below it, or nothing`() {
        #expect(SCXMLReader.path(of: "child.scxml") == "child.scxml")
        #expect(SCXMLReader.path(of: "file:parts/child.scxml") == "parts/child.scxml")
        let others = [
            "", "file:", "/etc/passwd", "file:///etc/passwd", "../a", "a/../../b", "./a", "http://x/y", "a\\b", "a//b",
        ]
        for source in others { #expect(SCXMLReader.path(of: source) == nil, "\(source)") }
    }

    @Test func `documents that invoke each other without end are refused`() {
        let list = SCXMLReader.check(text: SCXMLDocument.text("<state><invoke src='a'/></state>"), file: "p") {
            source in
            SCXMLDocument.text("<state><invoke src='\(source == "a" ? "b" : "a")'/></state>")
        }
        #expect(list.first?.message.contains("invokes itself") == true)
        let deep = SCXMLReader.check(text: SCXMLDocument.text("<state><invoke src='0'/></state>"), file: "p") {
            source in
            SCXMLDocument.text("<state><invoke src='\(source)0'/><invoke src='\(source)1'/></state>")
        }
        #expect(deep.contains { $0.code == .limit })
    }

    @Test func `a document that invokes its own text as content comes to an end`() throws {
        let inner = "<state><invoke><content expr='t'/></invoke></state>"
        var run = try ChartRun(
            SCXMLDocument.chart("<datamodel><data id='t' src='self'/></datamodel>\(inner)") { _ in
                SCXMLDocument.text("<datamodel><data id='t' src='self'/></datamodel>\(inner)")
            })
        try run.runToRest()
        #expect(run.snapshot.children.keys.count == 1)
    }

    @Test func `bytes in UTF-16 are read`() throws {
        let bytes = UTF16Bytes.bigEndian(SCXMLDocument.text("<final id='ü'/>"))
        #expect(try SCXMLReader.read(bytes: bytes, file: "a.scxml").states[1].path == "ü")
    }

    @Test func `a value that doubles in every step fails before it fills the memory`() throws {
        for (start, double) in [
            ("'ab'", "v + v"), ("[1]", "v + v"), ("[1]", "[v, v]"), ("{'a': 1}", "{'a': v, 'b': v}"),
        ] {
            let lines = try SCXMLDocument.log(
                """
                <datamodel><data id='v' expr="\(start)"/></datamodel>
                <state><onentry><raise event='e'/></onentry><transition event='error.execution' target='b'/>
                <transition event='e'><assign location='v' expr="\(double)"/><raise event='e'/></transition></state>
                <final id='b'><onentry><log expr="'ended'"/></onentry></final>
                """)
            #expect(lines == ["ended"])
        }
    }
}
