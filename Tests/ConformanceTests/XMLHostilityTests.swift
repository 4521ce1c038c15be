import TestSupport
import Testing
import XML

/// What documents do to harm their reader.
@Suite struct XMLHostilityTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var code: XMLError.Code
        var line = 1
        var word: String

        init(_ name: String, _ text: String, _ code: XMLError.Code, line: Int = 1, _ word: String) {
            self.init(name, Array(text.utf8), code, line: line, word)
        }

        init(_ name: String, _ bytes: [UInt8], _ code: XMLError.Code, line: Int = 1, _ word: String) {
            testDescription = name
            self.bytes = bytes
            self.code = code
            self.line = line
            self.word = word
        }
    }

    private static let laughs = """
        <!DOCTYPE a [
        <!ENTITY l0 "ha">
        \((1...20).map { "<!ENTITY l\($0) \"&l\($0 - 1);&l\($0 - 1);&l\($0 - 1);&l\($0 - 1);\">" }.joined())
        ]><a>&l20;</a>
        """

    static let refused: [Refused] = [
        Refused("billion laughs", laughs, .declaration, line: 2, "an entity"),
        Refused(
            "external entity", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", .declaration,
            "entity"),
        Refused(
            "external entity over the network", "<!DOCTYPE a [<!ENTITY x SYSTEM 'http://127.0.0.1:9/'>]><a>&x;</a>",
            .declaration, "entity"),
        Refused(
            "parameter entity", "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]><a/>", .declaration,
            "entity"),
        Refused("default of an attribute", "<!DOCTYPE a [<!ATTLIST a b (x|y) 'x'>]><a/>", .declaration, "attribute"),
        Refused("declared element", "<!DOCTYPE a [<!ELEMENT a EMPTY>]><a/>", .declaration, "element"),
        Refused("notation", "<!DOCTYPE a [<!NOTATION n SYSTEM 'x'>]><a/>", .declaration, "notation"),
        Refused("unknown entity", "<a>\n&x;</a>", .syntax, line: 2, "x"),
        Refused("unknown entity of a type elsewhere", "<!DOCTYPE a SYSTEM 'a.dtd'><a b='&x;'/>", .syntax, "x"),
        Refused("deep nesting", String(repeating: "<a>", count: 100_000), .limit, "nested more than 100 deep"),
        Refused(
            "many elements", "<a>" + String(repeating: "<b/>", count: 100_000) + "</a>", .limit, "100000 elements"),
        Refused(
            "many attributes", "<a " + (0..<100_000).map { "a\($0)='' " }.joined() + "/>", .limit, "200 attributes"),
        Refused("many namespaces", "<a " + (0..<500).map { "xmlns:a\($0)='u' " }.joined() + "/>", .limit, "attributes"),
        Refused("large", "<a>" + String(repeating: "x", count: 5 << 20) + "</a>", .limit, "4194304 are read"),
        Refused("NUL in text", "<a>\n\0</a>", .syntax, line: 2, "NUL"),
        Refused("NUL behind the root", "<a/>\0<b/>", .syntax, "NUL"),
        Refused("NUL in a tag", "<a b='\n\0'/>", .syntax, line: 2, "NUL"),
        Refused("NUL in a comment", "<!-- \n\0 --><a/>", .syntax, line: 2, "NUL"),
        Refused(
            "bytes that are no UTF-8", Array("<a>\n\n".utf8) + [0xC3, 0x28] + Array("</a>".utf8), .encoding, line: 3,
            "UTF-8"),
        Refused("half a character of UTF-16", [0xFE, 0xFF, 0x00, 0x3C, 0xD8], .encoding, "UTF-16"),
        Refused("lone surrogate", [0xFF, 0xFE, 0x3C, 0x00, 0x00, 0xD8], .encoding, "UTF-16"),
        Refused("encoding that is not known", "<?xml version='1.0' encoding='EBCDIC-US'?><a/>", .encoding, "EBCDIC-US"),
        Refused("UTF-16 that is none", "<?xml version='1.0' encoding='UTF-16'?><a/>", .encoding, "byte order mark"),
        Refused("control character", "<a>\n\u{1}</a>", .syntax, line: 2, "well-formed"),
        Refused("unknown prefix", "<a>\n<p:b/></a>", .syntax, line: 2, "p"),
        Refused("unknown prefix of an attribute", "<a p:b=''/>", .syntax, "p"),
        Refused("an attribute twice", "<a b='1' b='2'/>", .syntax, "b"),
        Refused("two roots", "<a/><b/>", .syntax, "well-formed"),
        Refused("tags that do not match", "<a>\n<b></a>", .syntax, line: 2, "b"),
        Refused("text only", "words", .syntax, "well-formed"),
        Refused("comment only", "<!-- -->", .syntax, "well-formed"),
        Refused("nothing", "", .syntax, "empty"),
        Refused("an unquoted attribute", "<a b=c/>", .syntax, "well-formed"),
        Refused("less-than in an attribute", "<a b='<'/>", .syntax, "well-formed"),
    ]

    @Test(arguments: refused)
    func `is refused with a place and a sentence`(document: Refused) throws {
        let error = try #require(throws: XMLError.self) { try XMLReader.read(document.bytes) }
        #expect(error.code == document.code)
        #expect(error.line == document.line)
        #expect(error.message.contains(document.word), "\(error.message)")
    }

    @Test func `a document type that declares nothing is read, and nothing behind it is asked for`() throws {
        #expect(try XMLReader.read("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a>b</a>").text == "b")
    }

    @Test func `a very long attribute and a very long text are read whole`() throws {
        let long = String(repeating: "ü", count: 700_000)
        let root = try XMLReader.read("<a b='\(long)'>\(long)</a>")
        #expect(root["b"] == long && root.text == long)
    }

    @Test func `a document that breaks off is refused wherever it does`() throws {
        let text = "<?xml version='1.0'?><!-- c --><a b='1'><p:c xmlns:p='u'>t&amp;<![CDATA[x]]></p:c><?d e?></a>"
        let bytes = Array(text.utf8)
        for end in bytes.indices {
            let error = #expect(throws: XMLError.self, "\(end)") { try XMLReader.read(Array(bytes[..<end])) }
            #expect((error?.line ?? 0) >= 1 && (error?.column ?? 0) >= 1)
        }
        #expect(try XMLReader.read(bytes).name == "a")
    }

    @Test func `bytes at random crash nothing`() {
        var random = SeededRandom(seed: 4711)
        let signs = Array("<>/?!-[]=\"'& ab:\nxmlnsDOCTYPEENTITY".utf8)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                Int.random(in: 0..<12, using: &random) == 0
                    ? UInt8.random(in: 0...255, using: &random) : signs.randomElement(using: &random) ?? 0
            }
            _ = try? XMLReader.read(bytes)
        }
    }
}
