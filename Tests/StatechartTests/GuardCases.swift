import JSONValue
import Statechart
import Testing

@testable import ChartFormat

/// Expressions of one topic and what they come to, one a row:
///
///     expression where {"name": value} => value
///     expression => error: how the message of the evaluation begins
///     expression => refused: how the checker's message begins
///
/// The names are members of the context, whose types are those of the values; in dynamic rows they are variables of
/// imported SCXML. `␤` stands for a line end. `// CEL:` begins what CEL itself says where we differ.
struct GuardCases: Sendable, CustomTestStringConvertible {
    let topic: String
    private let typed: String
    private let dynamic: String

    init(_ topic: String, typed: String, dynamic: String = "") {
        self.topic = topic
        self.typed = typed
        self.dynamic = dynamic
    }

    var testDescription: String { topic }

    /// All topics in which we agree with CEL.
    static let all = [
        arithmetic, conversions, equality, lists, literals, logic, macros, members, order, strings, syntax, time,
    ]

    var rows: [Row] {
        get throws {
            try Row.all(in: typed, isDynamic: false) + Row.all(in: dynamic, isDynamic: true)
        }
    }
}

extension GuardCases {
    struct Row {
        enum Outcome: Equatable {
            case value(JSON), error(String), refused(String)
        }

        let text: String
        let bindings: JSONObject
        let isDynamic: Bool
        let expected: Outcome

        static func all(in table: String, isDynamic: Bool) throws -> [Row] {
            try table.split(separator: "\n").map { try Row(String($0), isDynamic: isDynamic) }
        }

        private init(_ line: String, isDynamic: Bool) throws {
            let row = Self.parted(line, at: " // CEL: ").0
            let (head, result) = Self.parted(row, at: " => ")
            let (text, bindings) = Self.parted(head, at: " where {")
            self.text = text.replacing("␤", with: "\n")
            self.bindings = bindings.isEmpty ? [:] : try #require(try JSON.parse("{" + bindings).object)
            self.isDynamic = isDynamic
            if result.hasPrefix("error: ") {
                expected = .error(String(result.dropFirst(7)))
            } else if result.hasPrefix("refused: ") {
                expected = .refused(String(result.dropFirst(9)))
            } else {
                expected = .value(try JSON.parse(result))
            }
        }

        /// The text before the last place where the separator stands, and what comes behind it.
        private static func parted(_ text: String, at separator: String) -> (String, String) {
            guard let range = text.ranges(of: separator).last else { return (text, "") }
            return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
        }

        /// What the language makes of the row.
        func outcome() -> Outcome {
            let expression: Expression
            do throws(GuardProblem) { expression = try compiled() } catch { return .refused(error.message) }
            let scope = Scope(
                context: .object(bindings), event: [:], settings: [:], now: Timestamp(microseconds: 0))
            do throws(ExpressionError) { return .value(try expression.evaluate(scope)) } catch {
                return .error(error.message)
            }
        }

        private func compiled() throws(GuardProblem) -> Expression {
            let context = GuardType.record(
                GuardType.Record(members: bindings.types, required: Set(bindings.keys)))
            let environment = isDynamic ? GuardEnvironment.imported(states: [:]) : GuardEnvironment(context: context)
            return Expression(text, try GuardCompiler(environment: environment).compile(GuardParser.parse(text)))
        }

        /// Messages are given by their beginning.
        func isMet(by outcome: Outcome) -> Bool {
            switch (expected, outcome) {
            case (.value(let expected), .value(let value)): expected == value
            case (.error(let start), .error(let message)), (.refused(let start), .refused(let message)):
                message.hasPrefix(start)
            default: false
            }
        }
    }
}

extension JSONObject {
    fileprivate var types: [String: GuardType] {
        Dictionary(uniqueKeysWithValues: map { ($0.key, $0.value.declaredType) })
    }
}

extension JSON {
    /// The type that a schema made from this value would declare.
    fileprivate var declaredType: GuardType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .double: .double
        case .string: .string
        case .array(let elements): .list(elements.first?.declaredType ?? .dyn)
        case .object(let members): .map(members.first { _ in true }?.value.declaredType ?? .dyn)
        }
    }
}
