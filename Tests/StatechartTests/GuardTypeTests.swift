import JSONValue
import Statechart
import Testing

@testable import ChartFormat

/// What the checker knows of declared types, and what it asks for.
struct GuardTypeTests {
    private static let schema: JSON = [
        "type": "object",
        "required": [
            "n", "maybe", "color", "shade", "level", "either", "items", "table", "strict", "both", "constant", "open",
        ],
        "properties": [
            "n": ["type": "integer"], "maybe": ["type": ["integer", "null"]], "reason": ["type": "string"],
            "color": ["type": "string", "enum": ["red", "green"]], "shade": ["enum": ["dark", "light", .null]],
            "level": ["enum": [1, 2, 3]], "either": ["anyOf": [["type": "string"], ["type": "null"]]],
            "both": ["anyOf": [["type": "string"], ["type": "integer"]]], "constant": ["const": "fixed"],
            "items": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["id"],
                    "properties": [
                        "id": ["type": "integer"], "name": ["type": "string"],
                        "tags": ["type": "array", "items": ["type": "string"]],
                    ],
                ],
            ], "table": ["type": "object", "additionalProperties": ["type": "integer"]],
            "strict": ["type": "object", "additionalProperties": false],
            "open": [
                "type": "object", "properties": ["a": ["type": "integer"]], "additionalProperties": ["type": "string"],
            ],
        ],
    ]

    private static func check(_ text: String) throws(GuardProblem) -> GuardType {
        let environment = GuardEnvironment(context: GuardType(schema: schema), state: { $0 == "a" ? 0 : nil })
        return try GuardCompiler(environment: environment).compile(GuardParser.parse(text)).type
    }

    @Test(
        arguments: [
            ("context.n", .int), ("context.maybe", .nullable(.int)),
            ("context.shade", .nullable(.choice(["dark", "light"]))),
            ("context.level", .int), ("context.either", .nullable(.string)), ("context.both", .dyn),
            ("context.constant", .choice(["fixed"])), ("context.items.map(i, i.id)", .list(.int)),
            ("context.items[0].id", .int), ("context.table['x']", .int), ("context.table.x", .int),
            ("has(context.reason) ? context.reason : ''", .string),
            ("has(context.reason) && context.reason == 'x'", .bool),
            ("!has(context.reason) || context.reason == 'x'", .bool),
            ("!(!has(context.reason) || context.reason == '') && context.reason == 'x'", .bool),
            ("has(context.items[0].name) && context.items[0].name == 'x'", .bool),
            ("context.items.exists(i, has(i.name) && i.name == 'x')", .bool),
            ("context.items.map(i, has(i.name), i.name)", .list(.string)),
            ("has(context.open.b) && context.open.b == 'x'", .bool),
            ("'reason' in context && context.reason == 'x'", .bool),
            ("has(context['open'].a) && context.open.a > 1", .bool),
            ("context.maybe != null && context.maybe > 1", .bool),
            ("null == context.maybe || context.maybe > 1", .bool),
            ("context.maybe == null ? 0 : context.maybe + 1", .int), ("context.maybe == 3", .bool),
            ("context.shade == 'dark'", .bool), ("context.shade in ['dark', 'light']", .bool),
            ("context.either != null && context.either.startsWith('a')", .bool), ("context.both == 1", .bool),
            ("context.n > 1 ? null : context.n", .nullable(.int)), ("context.items.size() > context.level", .bool),
            ("has(context.items[0].tags) && context.items[0].tags.exists(t, t == 'x')", .bool),
        ] as [(String, GuardType)])
    func `types are known`(text: String, type: GuardType) throws {
        #expect(try Self.check(text) == type)
    }

    @Test(
        arguments: [
            ("context.reason == 'x'", 8, "'context.reason' may be absent: ask 'has(context.reason)'"),
            ("has(context.reason) || context.reason == 'x'", 31, "may be absent"),
            ("context.items[0].name == 'x'", 17, "'context.items[0].name' may be absent"),
            ("has(context.items[0].name) && context.items[1].name == 'x'", 47, "may be absent"),
            ("context.items.exists(i, i.name == 'x')", 26, "'i.name' may be absent"),
            ("context.items.exists(i, has(i.name)) && context.items.exists(i, i.name == '')", 66, "may be absent"),
            ("context.maybe > 1", 8, "'context.maybe' may be null: ask 'context.maybe != null'"),
            ("context.maybe != null || context.maybe > 1", 33, "may be null"),
            ("context.maybe + 1", 8, "may be null"), ("size(context.either)", 13, "may be null"),
            ("context.either.contains('a')", 8, "may be null"),
            ("context.maybe == 'a'", 14, "int or null is never equal"),
            ("context.n == null", 10, "int is never equal to null"),
            ("context.color == 'grean'", 14, "is never equal to the string 'grean'; did you mean 'green'?"),
            ("'rad' != context.color", 6, "did you mean 'red'?"),
            ("context.color in ['red', 'gren']", 25, "'gren' never occurs here"),
            ("context.color in ['red', 'gren']", 25, "did you mean 'green'?"),
            ("context.shade == 'drak'", 14, "did you mean 'dark'?"),
            ("context.shade in ['lihgt']", 14, "did you mean 'light'?"),
            ("context.constant == 'fixd'", 17, "did you mean 'fixed'?"),
            ("context.level == 'a'", 14, "int is never equal"),
            ("context.strict.a", 15, "'context.strict' has no member 'a'"),
            ("context.table == 1", 14, "map is never equal"),
            ("context.items[0].nam", 17, "did you mean 'name'?"),
            ("context.items['a']", 13, "list of map has no members"),
            ("context.items.id", 14, "list of map has no members"), ("context.n[0]", 9, "int has no elements"),
            ("context.items.map(i, i.ids)", 23, "did you mean 'id'?"),
            ("now.getMonht()", 4, "did you mean 'getMonth'?"),
            ("now.getHours('Paris')", 13, "'Paris' is no time zone"), ("In('b')", 3, "no state 'b'"),
            ("context.n > 'a'", 10, "cannot order int and the string 'a'"), ("1 + (2 *\n  'a')", 7, "has no meaning"),
        ] as [(String, Int, String)])
    func `what cannot be meant is refused where it stands`(text: String, offset: Int, message: String) {
        let problem = #expect(throws: GuardProblem.self) { try Self.check(text) }
        #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "accepted")")
        #expect(problem?.offset == offset, "\(problem?.message ?? "")")
    }

    @Test func `a value that may be null is read as it is, and never as another type`() throws {
        let environment = GuardEnvironment(context: GuardType(schema: Self.schema))
        let text = "context.maybe == null ? -1 : context.maybe * 2"
        let code = try GuardCompiler(environment: environment).compile(GuardParser.parse(text))
        let value = { (maybe: JSON) throws(ExpressionError) in
            try Expression(text, code).evaluate(
                Scope(context: ["maybe": maybe], event: .null, settings: .null, now: Timestamp(microseconds: 0)))
        }
        #expect(try value(.null) == -1)
        #expect(try value(4) == 8)
        let error = #expect(throws: ExpressionError.self) { try value("four") }
        #expect(error?.message == "'context.maybe' should be int, but is string")
    }
}
