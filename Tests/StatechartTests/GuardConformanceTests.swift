import JSONValue
import Statechart
import Testing

@testable import ChartFormat

/// The guard language against CEL: the cases of CEL's own tests that lie within it, restated, and more beside them.
struct GuardConformanceTests {
    @Test(arguments: GuardCases.all)
    func `a topic comes out as CEL has it`(cases: GuardCases) throws {
        try Self.hold(cases)
    }

    @Test func `we differ from CEL where we say so`() throws {
        try Self.hold(.differences)
    }

    @Test func `the tables hold what they should`() throws {
        let counts = try GuardCases.all.map { try $0.rows.count }
        #expect(counts.reduce(0, +) >= 700)
        #expect(counts.allSatisfy { $0 > 20 })
    }

    private static func hold(_ cases: GuardCases) throws {
        for row in try cases.rows {
            let outcome = row.outcome()
            #expect(row.isMet(by: outcome), "\(row.text) is \(outcome), expected \(row.expected)")
        }
    }

    /// What CEL asks of every implementation: 12 levels of calls and brackets, 32 of parentheses and `||`, 24 of `?:`.
    @Test(
        arguments: [
            (String(repeating: "(", count: 32) + "7" + String(repeating: ")", count: 32), 7),
            (String(repeating: "[7, 1][", count: 12) + "1" + String(repeating: "]", count: 12), 1),
            (String(repeating: "true ? true : ", count: 24) + "false", true),
            (String(repeating: "false || ", count: 32) + "true", true),
            (String(repeating: "true && ", count: 32) + "false", false),
            ("size([" + String(repeating: "0, ", count: 200) + "])", 200),
            (String(repeating: "{'a': ", count: 12) + "1" + String(repeating: "}.a", count: 12), 1),
            (String(repeating: "int(", count: 12) + "7" + String(repeating: ")", count: 12), 7),
            (String(repeating: "!", count: 32) + "true", true), (String(repeating: "-", count: 32) + "19", 19),
        ] as [(String, JSON)])
    func `deep and long expressions are accepted`(text: String, value: JSON) throws {
        let row = try #require(GuardCases.Row.all(in: "\(text) => \(value.text)", isDynamic: false).first)
        #expect(row.outcome() == .value(value))
    }

    @Test func `what an expression makes and compares is bounded`() throws {
        let long = JSON.string(String(repeating: "x", count: 540_000))
        let list = JSON.array(Array(repeating: 1, count: 4000))
        let cases: [(String, JSON, String)] = [
            ("v + v", long, "'+' would make a text of more than"),
            ("[1, 2, 3].map(x, v + '!').map(x, x == v).map(x, size(v)).all(x, v.contains('y'))", long, ""),
            ("v.all(x, x in v)", list, "the expression takes more than"),
            ("v.all(x, v == v)", list, "the expression takes more than"),
            ("v.map(x, v + v)", list, "the expression takes more than"),
            ("v.map(x, v.exists(y, y == 2))", list, "the expression visits more than"),
        ]
        for (text, value, start) in cases {
            let expression = try ImportedExpression.compile(text)
            let scope = Scope(context: ["v": value], event: .null, settings: .null, now: Timestamp(microseconds: 0))
            do throws(ExpressionError) {
                _ = try expression.evaluate(scope)
                #expect(start.isEmpty, "\(text)")
            } catch {
                #expect(!start.isEmpty && error.message.hasPrefix(start), "\(text): \(error.message)")
            }
        }
    }
}
