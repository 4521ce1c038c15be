import JSONValue
import Statechart

@testable import ChartFormat

/// The words that texts are made of, and what they meet.
extension ExpressionFuzz {
    static let samples = [
        "context.retries < 3 && event.score >= 0.8 && !('spam' in context.labels) && context.karma > 100",
        "has(context.reason) ? context.reason : 'none'", "now - timestamp('2024-02-29T00:00:00Z') > duration('1h30m')",
        "context.labels.filter(x, x.startsWith('s')).map(x, size(x) > 1, x + '!')", "In('a') || event.type == 'go'",
        "{'a': [1, 2.5, null], 'b': context.author}", "r'\\raw' + '''three'''  // comment", "-9223372036854775808",
        "now.getDayOfWeek('-09:30') in [0, 6]", "context.color == 'red' || context.maybe != null && context.maybe > 1",
    ]

    static let operators = ["+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "in", "&&", "||"]
    static let functions = [
        "size", "int", "double", "string", "bool", "timestamp", "duration", "has", "In", "dyn", "nothing",
    ]
    static let methods =
        ["size", "contains", "startsWith", "endsWith", "nothing"] + GuardTime.Field.allCases.map(\.rawValue)
    static let macros = ["all", "exists", "exists_one", "filter", "map"]
    static let lists = ["context.labels", "[1, 0, 2]", "context.numbers", "context.author", "x", "labels", "[]"]

    static let values = [
        "1", "0", "-1", "9223372036854775807", "-9223372036854775808", "99999999999999999999", "0.5", "1e308", "5e-324",
        "1e999", "0x7fffffffffffffff", "0xFFFFFFFFFFFFFFFFF", "true", "false", "null", "''", "'spam'", "'é'",
        "'\\u00e9'", "'e\\u0301'", "\"\"\"a\nb\"\"\"", "'+02:00'", "'2024-02-29T00:00:00Z'", "'1h'", "'-320000000000s'",
        "context", "event", "settings", "now", "_event", "x", "y", "labels", "context.karma", "context.retries",
        "context.labels", "context.numbers", "context.author.name", "context.reason", "context.color", "context.maybe",
        "context.gone", "context.any", "event.score", "event.type", "settings.limit", "[]", "{}", "In('a')",
        "timestamp('9999-12-31T23:59:59Z')", "timestamp('0001-01-01T00:00:00Z')", "duration('315576000000s')",
        "duration('-315576000000s')", "context.labels[0]", "context['karma']",
    ]

    static let tokens =
        values + operators + functions + methods + macros + [
            "(", ")", "[", "]", "{", "}", ",", ".", ":", "?", "!", "=", "&", "|", "'", "\"", "'''", "r'", "b'", "\\",
            "\\x", "\\u12", "//", "\n", "\r", "\t", "\0", "\u{FEFF}", "\u{202E}", "\u{10FFFF}", "👩‍👩‍👧", "ﬃ", "İ", "1u",
            "1.", ".5",
            "1e", "0x", "if", "for", "in", "as", "@", "#", "$", "`", ";", "~", "^",
        ]

    static let brackets = [
        ("(", "1", ")"), ("[", "1", "]"), ("{'a':", "1", "}"), ("!", "true", ""), ("-", "1", ""), ("- ", "x", ""),
        ("size(", "''", ")"), ("a[", "0", "]"), ("true?", "1", ":1"), ("1+", "1", ""), ("1+(", "1", ")"),
        ("", "context", ".a"), ("", "context", "[0]"), ("[1].map(x,", "1", ")"), ("true&&", "true", ""), ("'", "", "'"),
        ("1<(2", "", ")"), ("", "1", "?1:1"), ("(", "", ""), ("", "", ")"), ("-(", "1", ")"), ("!(", "true", ")"),
        ("1*1+", "1", ""), ("(1*1+1==1&&", "true", ")"),
    ]

    static let typed = GuardEnvironment(
        context: GuardType(
            schema: [
                "type": "object",
                "required": ["retries", "karma", "labels", "numbers", "author", "color", "maybe", "any"],
                "properties": [
                    "retries": ["type": "integer"], "karma": ["type": "integer"], "reason": ["type": "string"],
                    "labels": ["type": "array", "items": ["type": "string"]], "color": ["enum": ["red", "green"]],
                    "numbers": ["type": "array", "items": ["type": "number"]], "maybe": ["type": ["integer", "null"]],
                    "author": [
                        "type": "object", "properties": ["name": ["type": "string"]], "required": ["name"],
                        "additionalProperties": ["type": "integer"],
                    ], "any": [:],
                ],
            ]),
        event: GuardType(
            schema: [
                "type": "object", "required": ["score", "type"],
                "properties": ["score": ["type": "number"], "type": ["type": "string"]],
            ]),
        settings: GuardType(
            schema: ["type": "object", "required": ["limit"], "properties": ["limit": ["type": "integer"]]]),
        state: { $0 == "a" ? 0 : nil })

    /// What was declared, something else altogether, and nothing.
    static let scopes = [
        Scope(
            context: [
                "retries": 1, "karma": 120, "reason": "spam", "labels": ["news", "spam", "é"], "numbers": [1, 0.5, 0],
                "author": ["name": "ann", "age": 7], "color": "red", "maybe": .null, "any": [1, "a", .null],
                "x": [3], "y": "why",
            ], event: ["score": 0.9], eventName: "go", settings: ["limit": 5],
            now: Timestamp(microseconds: 1_700_000_000_123_456), active: [0], session: ["_name": "n"]),
        Scope(
            context: [
                "retries": "1", "karma": 1e300, "labels": [["a": 1], 2, .null], "numbers": "none", "author": [],
                "color": 7, "maybe": [], "any": .null,
            ], event: [1, 2], settings: .null, now: Timestamp(microseconds: .max)),
        Scope(context: .null, event: .null, settings: .null, now: Timestamp(microseconds: .min)),
    ]
}

/// SplitMix64: small, and the same everywhere.
struct SeededRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number from 0 to less than the bound.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
