import ChartFormat
import SCXML
import Testing

/// Documents that are refused: where, and what the message says.
@Suite struct SCXMLRefusalTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        var body: String
        var root = ""
        var code: ChartDiagnostic.Code
        var line = 2
        var words: [String]
        var testDescription: String { "\(root)\(body)" }

        init(_ body: String, root: String = "", _ code: ChartDiagnostic.Code, line: Int = 2, _ words: String...) {
            self.body = body
            self.root = root
            self.code = code
            self.line = line
            self.words = words
        }
    }

    static let structure: [Refused] = [
        Refused("<stat id='a'/>", .unknownKey, "<stat>", "did you mean 'state'"),
        Refused("<state ide='a'/>", .unknownKey, "'ide'", "did you mean 'id'"),
        Refused(
            "<state>\n<onentry><elseif cond='true'/></onentry></state>", .unknownKey, line: 3, "<elseif>", "<onentry>"),
        Refused("<final><transition event='e'/></final>", .unknownKey, "<transition>", "<final>"),
        Refused("<state id='a'>words</state>", .shape, "words"),
        Refused("<state id='a'/>\n<state id='a'/>", .target, line: 3, "'a'", "twice"),
        Refused("<state id='a b'/>", .shape, "'a b'"),
        Refused("<state><transition target='b'/></state>\n<state id='c'/>", .target, "'b'"),
        Refused("<state id='one'/><state><transition target='oen'/></state>", .target, "did you mean 'one'"),
        Refused("<state><transition event='e' target=''/></state>", .target, "empty"),
        Refused("<state><transition event=' ' target='a'/></state><state id='a'/>", .shape, "empty"),
        Refused("<state><transition/></state>", .structure, "says nothing"),
        Refused("<state><transition event='e' type='inner'/></state>", .shape, "'inner'"),
        Refused(
            "<state><transition event='e' target='a b'/></state><state id='a'/><state id='b'/>", .target,
            "never active together"),
        Refused("<state id='a' initial='b'/><state id='b'/>", .structure, "initial"),
        Refused("<state initial='b'><state id='a'/></state><state id='b'/>", .target, "'b'", "does not lie within"),
        Refused(
            "<state initial='a'><initial><transition target='a'/></initial><state id='a'/></state>", .structure, "both"),
        Refused("<state><initial/><state id='a'/></state>", .structure, "<initial>"),
        Refused(
            "<state><initial><transition event='e' target='a'/></initial><state id='a'/></state>", .structure, "neither"
        ),
        Refused("<state><history id='h'/><state/></state>", .structure, "<history>"),
        Refused(
            "<state><history id='h' type='wide'><transition target='a'/></history><state id='a'/></state>", .shape,
            "wide"),
        Refused("<state><history id='h'><transition target='h'/></history><state/></state>", .target, "history"),
        Refused("<state><history id='h'><transition target='h'/></history></state>", .structure, "beside <history>"),
        Refused("", .structure, line: 1, "no state"),
        Refused("<final/>", root: "initial='x'", .target, line: 1, "'x'"),
        Refused("<final/>", root: "binding='soon'", .shape, line: 1, "soon"),
        Refused("<final/>", root: "datamodel='ecmascript'", .vocabulary, line: 1, "ecmascript", "cel"),
    ]

    static let content: [Refused] = [
        Refused("<script>x = 1</script><final/>", .vocabulary, "scripts are not run"),
        Refused(
            "<state><onentry>\n<script src='a.js'/></onentry></state>", .vocabulary, line: 3, "scripts are not run"),
        Refused("<state><onentry><raise/></onentry></state>", .shape, "'event'"),
        Refused("<state><onentry><x:do xmlns:x='u'/></onentry></state>", .vocabulary, "<do>", "'u'"),
        Refused(
            "<state><onentry><if cond='true'><else/><elseif cond='true'/></if></onentry></state>", .structure,
            "after <else>"),
        Refused("<state><onentry><if cond='true'><else/><else/></if></onentry></state>", .structure, "<else>"),
        Refused("<state><onentry><foreach item='a'/></onentry></state>", .shape, "'array'"),
        Refused("<state><onentry><assign location='a' expr='1'>2</assign></onentry></state>", .structure, "both"),
        Refused("<state><onentry><assign expr='1'/></onentry></state>", .shape, "'location'"),
        Refused("<state><onentry><send event='e' eventexpr='f'/></onentry></state>", .structure, "both"),
        Refused("<state><onentry><send/></onentry></state>", .structure, "event"),
        Refused("<state><onentry><send event='e' delay='soon'/></onentry></state>", .shape, "soon"),
        Refused(
            "<state><onentry><send event='e' delay='1s' target='#_internal'/></onentry></state>", .structure, "delayed"),
        Refused(
            "<state><onentry><send event='e' namelist='a'><content/></send></onentry></state>", .structure, "parameters"
        ),
        Refused("<state><onentry><send event='e'><param name='a'/></send></onentry></state>", .structure, "<param>"),
        Refused("<state><onentry><cancel/></onentry></state>", .structure, "sendid"),
        Refused(
            "<final><donedata><content>1</content><param name='a' expr='1'/></donedata></final>", .structure, "both"),
        Refused("<datamodel><data id='a'/><data id='a'/></datamodel><final/>", .target, "twice"),
        Refused("<datamodel><data id='_a'/></datamodel><final/>", .shape, "'_a'"),
        Refused("<datamodel><data id='a' src='b' expr='c'/></datamodel><final/>", .structure, "both"),
        Refused("<state><invoke src='a'><content/></invoke></state>", .structure, "both"),
        Refused("<state><invoke id='a'/><invoke id='a'/></state>", .target, "twice"),
        Refused("<state><invoke autoforward='yes'/></state>", .shape, "yes"),
        Refused("<state><invoke><finalize><raise event='e'/></finalize></invoke></state>", .unknownKey, "<raise>"),
        Refused(
            "<state><invoke><content><scxml version='1.0'>\n<wrong/></scxml></content></invoke></state>", .unknownKey,
            line: 3, "<wrong>"),
    ]

    @Test(arguments: structure + content)
    func `is refused with a place and what was expected`(document: Refused) throws {
        let text = SCXMLDocument.text(document.body, root: document.root)
        let first = try #require(SCXMLReader.check(text: text, file: "f.scxml").first)
        #expect(first.code == document.code, "\(first)")
        #expect(first.line == document.line, "\(first)")
        for word in document.words { #expect(first.message.contains(word), "\(first)") }
    }

    @Test(arguments: [
        "<html/>", "<scxml version='1.0'/>",
        "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='2'><final/></scxml>",
        "<scxml xmlns='http://www.w3.org/2005/07/scxml'><final/></scxml>", "<scxml", "",
    ])
    func `what is no SCXML 1.0 is refused`(text: String) {
        #expect(SCXMLReader.check(text: text, file: "f.scxml").count == 1)
    }

    @Test func `notes of other tools are passed over`() throws {
        _ = try SCXMLDocument.chart(
            "<x:a xmlns:x='u'><x:b/></x:a><state xmlns:x='u' x:color='red'><x:c/></state>", root: "xmlns:y='v' y:z=''")
    }

    @Test func `there are at most fifty diagnostics, in the order of the document`() {
        let text = SCXMLDocument.text(String(repeating: "<state x=''/>\n", count: 80))
        let lines = SCXMLReader.check(text: text, file: "f.scxml").map(\.line)
        #expect(lines == Array(2..<52))
    }
}
