import Testing
import XML

/// The tree that a document becomes.
@Suite struct XMLTests {
    @Test func `names, namespaces, attributes and text come out as they stand`() throws {
        let root = try XMLReader.read(
            """
            <?xml version="1.0"?>
            <!-- a note -->
            <a xmlns="urn:one" xmlns:p="urn:two" z="1" p:y="&lt;2 &amp; 3" b="x&#10;y">
              one<p:b/><![CDATA[<two> & ]]>three<?pi?><c xmlns=""/>
            </a>
            """)
        #expect(root.name == "a" && root.namespace == "urn:one" && root.prefix == nil)
        #expect(root.attributes.map(\.name) == ["z", "y", "b"])
        #expect(root.attributes.map(\.value) == ["1", "<2 & 3", "x\ny"])
        #expect(root.attributes[1].namespace == "urn:two" && root.attributes[1].prefix == "p")
        #expect(root["z"] == "1" && root["y"] == nil)
        #expect(root.text == "\n  one<two> & three\n")
        #expect(root.children.map(\.name) == ["b", "c"])
        #expect(root.children.map(\.namespace) == ["urn:two", nil])
    }

    @Test func `a place is where the tag begins, even when the tag goes over lines`() throws {
        let root = try XMLReader.read("<a>\n  <b\n   x='1'\n   y='ü'/><c/>\n  <ü/>ä<d e='>'/></a>")
        #expect(root.children.map { [$0.line, $0.column] } == [[2, 3], [4, 11], [5, 3], [5, 8]])
    }

    @Test(arguments: [
        "<a/>", "<a b=\"1\">text</a>", "<p:a xmlns:p='u' p:b='2'><p:c/><d xmlns='v'><e xmlns=''/></d></p:a>",
        "<a b='&quot;&lt;&amp;&#9;&#10;&#13;'>&lt;&amp;&gt;]]&gt;&#13;</a>", "<a xml:lang='de'> <b/> </a>",
    ])
    func `a tree written out reads as the same tree`(text: String) throws {
        let root = try XMLReader.read(text)
        #expect(bare(try XMLReader.read(root.document)) == bare(root))
    }

    @Test func `UTF-8, UTF-16 and ISO 8859-1 are read`() throws {
        let text = "<a>grüße 😀</a>"
        let (big, little) = (UTF16Bytes.bigEndian(text), UTF16Bytes.littleEndian(text))
        for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), big, little] {
            #expect(try XMLReader.read(bytes).text == "grüße 😀")
        }
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>gr".utf8) + [0xFC] + Array("n</a>".utf8)
        #expect(try XMLReader.read(latin).text == "grün")
    }

    @Test func `a text's own encoding declaration means nothing`() throws {
        #expect(try XMLReader.read("<?xml version='1.0' encoding='UTF-16'?><a>ü</a>").text == "ü")
    }

    @Test func `documents are read on many threads at once`() async throws {
        let text = "<a>" + String(repeating: "<b c='d'>e</b>", count: 500) + "</a>"
        let counts = await withTaskGroup { group in
            for _ in 0..<16 { group.addTask { (try? XMLReader.read(text))?.children.count ?? 0 } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(counts == [Int](repeating: 500, count: 16))
    }

    private func bare(_ element: XMLElement) -> XMLElement {
        var element = element
        element.line = 0
        element.column = 0
        element.content = element.content.map { if case .element(let child) = $0 { .element(bare(child)) } else { $0 } }
        return element
    }
}
