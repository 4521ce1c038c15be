import ChartFormat
import JSONValue
import Statechart
import Testing

/// The guard language in imported SCXML: no declared types, names resolved when it runs.
struct GuardImportedTests {
    private static let event: JSON = ["name": "go", "type": "external", "data": ["n": 2], "sendid": .null]

    private static func scope(event: JSON = event) -> Scope {
        Scope(
            context: ["Var1": 1, "Var2": .null, "list": [1, 2, 3], "map": ["a": 1], "text": "s1"], event: event,
            eventName: "go", settings: .null, now: Timestamp(microseconds: 0), active: [0, 1],
            session: ["_sessionid": "42", "_name": "chart", "_ioprocessors": ["scxml": ["location": "#_scxml_42"]]])
    }

    private static let states = ["s1": 1, "s2": 2, "s9": 9]

    @Test(
        arguments: [
            ("Var1 + 1", 2), ("Var1 == 1", true), ("Var2 == null", true), ("Var1 == 'a'", false), ("1 == 'a'", false),
            ("_event.name == 'go' && _event.data.n == 2", true), ("_event.sendid == null", true), ("_name", "chart"),
            ("_sessionid", "42"), ("_ioprocessors['scxml'].location", "#_scxml_42"), ("In('s1')", true),
            ("In('s2')", false), ("In('nowhere')", false), ("In('s9')", false), ("In(text)", true),
            ("has(map.a) && !has(map.b)", true), ("dyn(Var1) == dyn('1')", false), ("[1, 'a', null]", [1, "a", .null]),
            ("{'k': Var1}", ["k": 1]), ("true ? 1 : 'a'", 1), ("list.exists(x, x == Var1)", true), ("'a' in map", true),
            ("Var1 < 1.5", true), ("1 + 1.5", 2.5), ("gone == 1 || true", true), ("size(list)", 3),
        ] as [(String, JSON)])
    func `values`(text: String, expected: JSON) throws {
        #expect(try ImportedExpression.compile(text, states: Self.states).evaluate(Self.scope()) == expected)
    }

    @Test(
        arguments: [
            ("gone", "there is no variable 'gone'"), ("map.b", "there is no member 'b'"),
            ("context.Var1", "there is no variable 'context'"), ("event", "there is no variable 'event'"),
            ("Var1 + 'a'", "int + string has no meaning"), ("Var2.x", "expected a map with the member 'x', found null"),
            ("!Var1", "expected bool, found int"), ("5.5 % 2.0", "double % double has no meaning"),
            ("timestamp('2024-01-01T00:00:00Z')", "a timestamp cannot be stored; use string()"),
        ])
    func `errors`(text: String, message: String) throws {
        let expression = try ImportedExpression.compile(text, states: Self.states)
        let error = #expect(throws: ExpressionError.self) { try expression.evaluate(Self.scope()) }
        #expect(error?.message == message)
    }

    @Test func `the event is null before the first one, and then has no members`() throws {
        let scope = Self.scope(event: .null)
        #expect(try ImportedExpression.compile("_event == null").evaluate(scope) == true)
        let name = try ImportedExpression.compile("_event.name")
        #expect(throws: ExpressionError.self) { try name.evaluate(scope) }
    }

    @Test func `a condition that is no boolean is an error`() throws {
        let condition = try ImportedExpression.condition("Var1", states: [:])
        let error = #expect(throws: ExpressionError.self) { try condition.predicate?(Self.scope()) }
        #expect(error?.message == "expected bool, found int")
        #expect(throws: ExpressionError.self) { try condition.evaluate(Self.scope()) }
        #expect(try ImportedExpression.condition("Var1 == 1").predicate?(Self.scope()) == true)
    }

    @Test(arguments: [("1 +", 3), ("foo(1)", 0), ("", 0), ("Var1 = 2", 5), ("'abc", 0), ("return", 0)])
    func `bad syntax is a problem with its place`(text: String, offset: Int) {
        let problem = #expect(throws: ImportedExpression.Problem.self) { try ImportedExpression.compile(text) }
        #expect(problem?.offset == offset)
    }
}
