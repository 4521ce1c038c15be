import Crypto
import JSONValue
import Testing
import Threads

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "-0", "12", "-9223372036854775808", "1.5", "1e3", "\"\"", "\"a\\\"\\\\\\n\\u0001\"", "[]", "{}",
        "[1,[2,{\"a\":null}]]", "{\"b\":1,\"a\":\"ü😀\"}",
    ]) func `what is written is read as the same value`(text: String) throws {
        let value = try JSON.parse(text)
        #expect(try JSON.parse(value.text) == value)
        #expect(try JSON.parse(value.canonicalText) == value)
    }

    @Test func `equal values have equal canonical texts, whatever the order of their keys`() throws {
        let left = try JSON.parse("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}")
        let right = try JSON.parse("{\"b\":{\"d\":3,\"c\":2},\"a\":1}")
        #expect(left == right)
        #expect(left.canonicalText == right.canonicalText)
    }

    @Test(arguments: [3, 16, 17, 200]) func `an object of any size finds, replaces and forgets its members`(count: Int)
    {
        var object = JSONObject((0..<count).map { ("k\($0)", .int(Int64($0))) })
        let backwards = JSONObject((0..<count).reversed().map { ("k\($0)", .int(Int64($0))) })
        #expect(object == backwards)
        #expect(object.hashValue == backwards.hashValue)
        object["k1"] = "other"
        object["k0"] = nil
        #expect(object != backwards)
        #expect(object.keys == (1..<count).map { "k\($0)" })
        #expect(object["k0"] == nil)
        #expect(object["k1"] == "other")
        #expect(object["k\(count - 1)"] == .int(Int64(count - 1)))
        #expect(object["k\(count)"] == nil)
    }

    @Test(arguments: [
        ("", JSONError.Code.syntax), ("01", .syntax), ("[1,]", .syntax), ("{\"a\":1,}", .syntax), ("nul", .syntax),
        ("\"\\ud800\"", .unstorableText), ("\"\\u0000\"", .unstorableText), ("{\"a\":1,\"a\":2}", .duplicateKey),
        ("1e999", .numberOutOfRange), ("1 2", .trailingText), ("\"\n\"", .syntax), ("-", .syntax),
    ]) func `what cannot be stored is refused by name`(text: String, code: JSONError.Code) {
        #expect { try JSON.parse(text) } throws: { ($0 as? JSONError)?.code == code }
    }

    @Test func `depth and size have limits`() {
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect { try JSON.parse(deep) } throws: { ($0 as? JSONError)?.code == .tooDeep }
        #expect { try JSON.parse("[1,2,3]", limits: JSONLimits(bytes: 5)) } throws: {
            ($0 as? JSONError)?.code == .tooLarge
        }
    }

    @Test func `random bytes never crash the parser`() {
        var random = SeededRandom(seed: 42)
        let alphabet = Array("{}[]\",:\\u0123456789eE+-.truefalsn \n\u{FF}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            if let value = try? JSON.parse(bytes) { #expect((try? JSON.parse(value.bytes())) == value) }
        }
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"]) func `base 64 comes back`(text: String) {
        #expect(Base64.decode(Base64.encode(Array(text.utf8))) == Array(text.utf8))
    }

    @Test func `base 64 refuses what is not of its alphabet`() {
        #expect(Base64.decode("Zm9v") == Array("foo".utf8))
        #expect(Base64.decode("Zm8=") == Array("fo".utf8))
        #expect(Base64.decode("Zm8") == Array("fo".utf8))
        for text in ["Z", "Zm9*", "Zm=9", "====", "Zm9v=Zm9v"] { #expect(Base64.decode(text) == nil, "\(text)") }
    }

    @Test func `a signal that nobody waits for is remembered once`() async {
        let signal = Signal()
        signal.raise()
        signal.raise()
        await signal.wait(atMost: .seconds(60))
        await signal.wait(atMost: .milliseconds(1))
    }
}

/// A small generator whose sequence follows from its seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
