import TestSupport

extension SCXMLFuzz {
    /// What stands in attributes and between tags.
    static let words = [
        "", "a", "b", "c", "h", "p", "p1", "p2", "x", "x.y", "_event", "_event.data", "*", "e.*", "#_parent",
        "#_internal",
        "#_scxml_session", "#_k", "deep", "shallow", "internal", "external", "late", "true", "false", "1s", "0s",
        "9999999999s",
        "-1", "x + 1", "x + x", "[x, x]", "1 / 0", "In('a')", "In(x)", "x.map(i, x)", "((((", "'", "&amp;", "&lt;",
        "&x;",
        "<", ">", "]]>", "<![CDATA[", "<!--", "-->", "<?", "<!DOCTYPE a [", "\0", "\u{FEFF}", "<script/>", "<final/>",
        "<state id=\"a\"/>", "<history id=\"h\"><transition target=\"h\"/></history>", "initial=\"a\"", "xmlns=\"u\"",
        "<transition target=\"a\"/>", "<raise event=\"e\"/>", "<send event=\"e\" delay=\"1s\"/>",
        "<invoke><content><scxml version=\"1.0\"><final/></scxml></content></invoke>", "<invoke src=\"self\"/>",
    ]

    /// Between them every element of SCXML.
    static let samples = [
        SCXMLDocument.text(
            """
            <datamodel><data id="x" expr="1"/><data id="list">[1, 2, 3]</data><data id="q"><r/></data></datamodel>
            <state id="a" initial="b"><onentry><assign location="x" expr="x + 1"/><log label="x" expr="x"/>
            <if cond="x &gt; 1"><raise event="e"/><elseif cond="In('c')"/><cancel sendid="s"/><else/>
            <send event="t" id="s" delay="1s"><param name="n" expr="x"/></send></if>
            <foreach array="list" item="i" index="n"><assign location="x" expr="x + i"/></foreach></onentry>
            <onexit><send event="foo" target="#_internal"/></onexit>
            <transition event="e" target="h"/><transition event="t foo.*" cond="x &lt; 9" target="p1 p2"/>
            <history id="h" type="deep"><transition target="c"><log expr="'h'"/></transition></history>
            <state id="b"><transition event="e" target="c"/></state>
            <state id="c"><initial><transition target="d"/></initial><state id="d"/></state></state>
            <parallel id="p"><state id="p1"><state id="p11"><transition event="e" target="p12"/></state><final id="p12"/>
            </state><state id="p2"><transition event="done.state.p1" type="internal" target="p21"/><state id="p21"/>
            </state><transition event="*" target="a"/></parallel><final id="z"><donedata><param name="v" expr="x"/></donedata></final>
            """, root: "name=\"sample\" initial=\"a\""),
        SCXMLDocument.text(
            """
            <datamodel><data id="x" expr="0"/></datamodel>
            <state id="a"><invoke id="k" autoforward="true" namelist="x"><content><scxml version="1.0">
            <datamodel><data id="x"/></datamodel><state id="k1"><onentry><send event="e" target="#_parent"/></onentry>
            <transition event="foo" target="k2"/></state><final id="k2"><donedata><content>3</content></donedata></final>
            </scxml></content><finalize><assign location="x" expr="_event.name"/></finalize></invoke>
            <transition event="done.invoke" target="b"/><transition event="e"><send event="foo" target="#_k"/></transition>
            </state><final id="b"/>
            """, root: "datamodel=\"cel\" binding=\"late\""),
    ]

    /// W3C's documents, where they are.
    static let shared: [String] = ConformanceCase.automated.compactMap { try? ConformanceDocument.text($0.file) }
}
