import JSONValue
import Statechart
import Testing

@testable import ChartFormat

/// The guard language: values, errors, types.
struct GuardLanguageTests {
    private static let context: JSON = [
        "n": 3, "x": 0.5, "whole": 2, "s": "héllo", "flag": true, "tags": ["a", "b", "spam"], "nums": [1, 2, 3],
        "author": ["karma": 120, "name": "ann"], "none": .null,
    ]

    private static let types = GuardEnvironment(
        context: GuardType(
            schema: [
                "type": "object", "required": ["n", "x", "whole", "s", "flag", "tags", "nums", "author", "color"],
                "properties": [
                    "n": ["type": "integer"], "x": ["type": "number"], "whole": ["type": "number"],
                    "s": ["type": "string"], "flag": ["type": "boolean"], "color": ["enum": ["red", "green"]],
                    "tags": ["type": "array", "items": ["type": "string"]],
                    "nums": ["type": "array", "items": ["type": "integer"]],
                    "author": [
                        "type": "object", "required": ["karma"],
                        "properties": ["karma": ["type": "integer"], "name": ["type": "string"]],
                    ], "reason": ["type": "string"],
                ],
            ]), state: { $0 == "a.b" ? 1 : nil })

    private static func compile(_ text: String, _ environment: GuardEnvironment) throws(GuardProblem) -> GuardCompiled {
        try GuardCompiler(environment: environment).compile(GuardParser.parse(text))
    }

    private static func evaluate(_ text: String, _ environment: GuardEnvironment = types) throws -> JSON {
        let scope = Scope(
            context: context, event: ["score": 0.9], eventName: "go", settings: ["limit": 5],
            now: Timestamp(microseconds: 1_700_000_000_000_000), active: [0, 1])
        return try Expression(text, compile(text, environment)).evaluate(scope)
    }

    @Test(
        arguments: [
            ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 / 2", 3), ("-7 / 2", -3), ("-7 % 3", -1), ("10 - 2 - 3", 5),
            ("1.5 + 1", 2.5), ("1 / 2.0", 0.5), ("'a' + \"b\"", "ab"), ("[1] + [2]", [1, 2]), ("0x1F", 31),
            ("1e3", 1000.0), ("-9223372036854775808", .int(.min)), ("'\\u00e9\\n\\x41\\''", "é\nA'"),
            ("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", true), ("1 == 1 ? 'y' : 'n'", "y"), ("!true || false", false),
            ("false ? 1 : true ? 2 : 3", 2), ("1 < 1.5", true), ("'a' < 'b'", true), ("'B' < 'a'", true),
            ("context.n + 1", 4), ("context.x > 0", true), ("context.whole / 4", 0.5), ("context.x + 1", 1.5),
            ("context['n']", 3), ("context.nums[1]", 2), ("context.author.karma > 100", true),
            ("'spam' in context.tags", true), ("!('ham' in context.tags)", true), ("2 in [1, 2]", true),
            ("'name' in context.author", true), ("1 in [1.0, 2.5]", true),
            ("size(context.s) == 5 && context.s.size() == 5", true), ("size({'a': 1})", 1),
            ("context.s.contains('éll') && context.s.startsWith('h') && context.s.endsWith('lo')", true),
            ("context.s.endsWith('xx')", false), ("''.contains('')", true),
            ("context.nums.all(n, n > 0)", true), ("context.nums.exists(n, n == 2)", true),
            ("context.nums.exists_one(n, n > 1)", false), ("context.nums.filter(n, n > 1)", [2, 3]),
            ("context.nums.map(n, n * 2)", [2, 4, 6]),
            ("context.nums.exists(n, context.tags.exists(t, size(t) == n))", true),
            ("has(context.author.name) && context.author.name == 'ann'", true),
            ("has(context.reason)", false), ("!has(context.reason) || context.reason == ''", true),
            ("has(context.reason) ? context.reason : 'none'", "none"),
            ("int('42') + int(2.9) + int(now)", 1_700_000_044), ("double(3)", 3.0), ("string(1.5)", "1.5"),
            ("string(now)", "2023-11-14T22:13:20.000Z"), ("bool('true')", true),
            ("now > timestamp('2023-01-01T00:00:00Z')", true), ("now - duration('PT1H') < now", true),
            ("now - timestamp('2023-11-14T22:13:10Z') == duration('10s')", true),
            ("duration('1.5s') + duration('500ms') == duration('PT2S')", true),
            ("In('a.b')", true), ("{'k': context.n}", ["k": 3]), ("false && 1 / 0 == 1", false),
            ("1 / 0 == 1 && false", false), ("1 / 0 == 1 || true", true), ("[1, 0].exists(d, 2 / d == 2)", true),
            ("event.score >= 0.8", true), ("settings.limit == 5", true), ("event.type", "go"),
        ] as [(String, JSON)])
    func `values`(text: String, expected: JSON) throws {
        #expect(try Self.evaluate(text) == expected)
    }

    @Test(
        arguments: [
            ("9223372036854775807 + 1", "9223372036854775807 + 1 does not fit into 64 bits"),
            ("-9223372036854775808 / -1", "-9223372036854775808 / -1 does not fit into 64 bits"),
            ("1 / 0", "division by zero"), ("1 % 0", "division by zero"),
            ("context.nums[7]", "the list has no element 7, it has 3"),
            ("event.gone", "there is no member 'gone'"), ("event.score + 'a'", "double + string has no meaning"),
            ("event.type > 1", "a string and a int cannot be ordered"), ("int('x')", "int() cannot convert \"x\""),
            ("1.0 / 0.0", "the result is not a finite number"), ("!event.score", "expected bool, found double"),
            ("context.color == 'red'", "there is no member 'color'"),
            ("[1, 0].all(d, 2 / d == 2)", "division by zero"),
        ])
    func `errors when evaluated`(text: String, message: String) throws {
        let error = #expect(throws: ExpressionError.self) { try Self.evaluate(text) }
        #expect(error?.message == message)
    }

    @Test(
        arguments: [
            ("context.retires", 8, "'context' has no member 'retires'"), ("context.n == 'a'", 10, "int is never equal"),
            ("context.n == 1.5", 10, "int is never equal to double; convert"),
            ("context.n + 'a'", 10, "'+' has no meaning"),
            ("context.color == 'blue'", 14, "one of 'red', 'green' is never equal to the string 'blue'"),
            ("context.color in ['red', 'blue']", 25, "'blue' never occurs here"),
            ("context.reason == 'x'", 8, "'context.reason' may be absent: ask 'has(context.reason)'"),
            ("has(context.reason) || context.reason == ''", 31, "may be absent"),
            ("context.flag && 1", 16, "expected bool"),
            ("context.n.x", 10, "int has no members"), ("contxt.n", 0, "'contxt' is not known"),
            ("a = b", 2, "equality is '=='"),
            ("sise(context.s)", 0, "did you mean 'size'?"),
            ("context.s.matches('a')", 10, "there is no method 'matches'"),
            ("'abc", 0, "the string does not end"), ("1 +", 3, "expected a value, found the end"),
            ("(1", 2, "expected ')'"),
            ("1 2", 2, "expected an operator or the end"), ("9223372036854775808", 0, "does not fit into 64 bits"),
            ("In('a.c')", 3, "no state 'a.c'"), ("In(context.s)", 11, "expects a state's path in quotes"),
            ("true ? 1 : 'a'", 5, "must have one type"), ("context.nums.map(n, now)", 20, "cannot be stored"),
            ("context.tags.all(context, true)", 17, "already means something"), ("5.5 % 2.0", 4, "has no meaning"),
            ("context.s == null", 10, "string is never equal to null"),
            ("[1].map(a, [1].map(b, [1].map(c, 1)))", 26, "nested more than 2"),
            ("1u", 0, "expected a number"), ("now + now", 4, "has no meaning"),
            ("has(context)", 0, "asks for a member"),
            ("'\\q'", 1, "unknown escape"), ("size(1)", 5, "has no size"), ("a & b", 2, "write it twice"),
        ])
    func `errors when checked`(text: String, offset: Int, message: String) {
        let error = #expect(throws: GuardProblem.self) { try Self.compile(text, Self.types) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.offset == offset)
    }

    @Test func `undeclared types are checked when evaluated, and mixed numbers compare by value`() throws {
        let untyped = GuardEnvironment()
        #expect(try Self.evaluate("context.whole == 2.0 && context.n > 2.5", untyped) == true)
        #expect(try Self.evaluate("context.n + context.x", untyped) == 3.5)
        #expect(try Self.evaluate("context.none == null", untyped) == true)
        #expect(throws: ExpressionError.self) { try Self.evaluate("context.missing == 1", untyped) }
    }

    @Test func `a declared number that arrives as an integer is a double, and a wrong scalar is an error`() throws {
        let number = GuardEnvironment(
            context: GuardType(
                schema: [
                    "type": "object", "required": ["n", "s"],
                    "properties": ["n": ["type": "number"], "s": ["type": "integer"]],
                ]))
        #expect(try Self.evaluate("context.n / 2", number) == 1.5)
        let error = #expect(throws: ExpressionError.self) { try Self.evaluate("context.s + 1", number) }
        #expect(error?.message == "'context.s' should be int, but is string")
    }

    @Test func `limits hold`() {
        let deep = String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200)
        let nots = String(repeating: "!", count: 3000) + "true"
        let long = Array(repeating: "1", count: 3000).joined(separator: "+")
        let members = "context" + String(repeating: ".a", count: 100)
        for text in [deep, nots, long, members] {
            let error = #expect(throws: GuardProblem.self) { try Self.compile(text, GuardEnvironment()) }
            #expect(error?.code == .limit)
        }
    }

    @Test func `the elements that an expression visits are counted`() throws {
        let list = JSON.array(Array(repeating: 1, count: 400))
        let code = try Self.compile("event.l.all(a, event.l.all(b, a == b))", GuardEnvironment())
        let scope = Scope(context: [:], event: ["l": list], settings: [:], now: Timestamp(microseconds: 0))
        let error = #expect(throws: ExpressionError.self) { try Expression("", code).evaluate(scope) }
        #expect(error?.message == "the expression visits more than 100000 elements")
    }

    @Test(
        arguments: [
            ("250ms", 250_000), ("5s", 5_000_000), ("1.5s", 1_500_000), ("PT1M30S", 90_000_000),
            ("P1D", 86_400_000_000),
            ("P1DT12H", 129_600_000_000), ("PT0.5S", 500_000), ("P2W", 1_209_600_000_000), ("0s", 0),
        ] as [(String, Int64)])
    func `durations`(text: String, microseconds: Int64) {
        #expect(ChartDuration.parse(text)?.microseconds == microseconds)
    }

    @Test(arguments: ["", "5", "5m", "1h", "P", "PT", "P1M", "-5s", "PT1", "s", "P999999D", "1.5", " 5s"])
    func `no durations`(text: String) {
        #expect(ChartDuration.parse(text) == nil)
    }
}
