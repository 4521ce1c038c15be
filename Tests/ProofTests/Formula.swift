import JSONValue
import Statechart

/// An expression over small integers, as text and as closure.
indirect enum Formula {
    case number(Int)
    case variable(Int)
    /// A variable plus a number, modulo 5: values stay few, so that guards come true again.
    case sum(Int, Int)
    /// The member `n` of the event's payload; fails when there is none.
    case eventNumber
    case failing
    case less(Int, Int)
    case equal(Int, Int)
    case eventNumberIs(Int)
    case eventIs(String)
    case active(Int)
    case constant(Bool)
    case not(Formula)
    /// The whole of `_event`, or the payload: what is logged of it shows every field.
    case event
    /// Where the event came from; a text only with imported SCXML's sent events.
    case eventOrigin
    case word(String)
    case list([Int])
    case sessionID

    static let names = ["v0", "v1", "v2", "v3"]

    var text: String {
        switch self {
        case .number(let number): "\(number)"
        case .variable(let index): Self.names[index]
        case .sum(let index, let number): "(\(Self.names[index]) + \(number)) % 5"
        case .eventNumber: "event.n"
        case .failing: "1/0"
        case .less(let index, let number): "\(Self.names[index]) < \(number)"
        case .equal(let index, let number): "\(Self.names[index]) == \(number)"
        case .eventNumberIs(let number): "event.n == \(number)"
        case .eventIs(let name): "event.type == '\(name)'"
        case .active(let state): "In(\(state))"
        case .constant(let value): "\(value)"
        case .not(let inner): "!(\(inner.text))"
        case .event: "event"
        case .eventOrigin: "event.origin"
        case .word(let word): "'\(word)'"
        case .list(let numbers): "\(numbers)"
        case .sessionID: "_sessionid"
        }
    }

    /// With a predicate of its own, as the guard language compiles what is surely a boolean.
    func expression(withPredicate: Bool = false) -> Expression {
        let evaluate: @Sendable (Scope) throws(ExpressionError) -> JSON = { (scope) throws(ExpressionError) in
            try self.value(scope)
        }
        guard withPredicate else { return Expression(text, evaluate: evaluate) }
        return Expression(
            text,
            predicate: { (scope) throws(ExpressionError) in
                guard case .bool(let answer) = try self.value(scope) else { throw ExpressionError("no boolean") }
                return answer
            }, evaluate: evaluate)
    }

    private func value(_ scope: Scope) throws(ExpressionError) -> JSON {
        switch self {
        case .number(let number): .int(Int64(number))
        case .variable(let index): try .int(Self.number(index, scope))
        case .sum(let index, let number): try .int((Self.number(index, scope) + Int64(number)) % 5)
        case .eventNumber: try .int(Self.eventNumber(scope))
        case .failing: throw ExpressionError("division by zero")
        case .less(let index, let number): try .bool(Self.number(index, scope) < Int64(number))
        case .equal(let index, let number): try .bool(Self.number(index, scope) == Int64(number))
        case .eventNumberIs(let number): try .bool(Self.eventNumber(scope) == Int64(number))
        case .eventIs(let name): .bool(Self.eventName(scope) == name)
        case .active(let state): .bool(scope.active[state])
        case .constant(let value): .bool(value)
        case .not(let inner): try Self.negated(inner.value(scope))
        case .event: scope.event
        case .eventOrigin: scope.event["origin"] ?? .null
        case .word(let word): .string(word)
        case .list(let numbers): .array(numbers.map { .int(Int64($0)) })
        case .sessionID: scope.session["_sessionid"] ?? .null
        }
    }

    private static func negated(_ value: JSON) throws(ExpressionError) -> JSON {
        guard case .bool(let answer) = value else { throw ExpressionError("expected a boolean") }
        return .bool(!answer)
    }

    private static func number(_ index: Int, _ scope: Scope) throws(ExpressionError) -> Int64 {
        guard case .int(let number)? = scope.context[names[index]] else { throw ExpressionError("no integer") }
        return number
    }

    /// Imported SCXML sees the whole event, our own format its payload.
    private static func eventNumber(_ scope: Scope) throws(ExpressionError) -> Int64 {
        guard case .int(let number)? = scope.event["n"] ?? scope.event["data"]?["n"] else {
            throw ExpressionError("no member 'n'")
        }
        return number
    }

    private static func eventName(_ scope: Scope) -> String { scope.event["name"]?.string ?? scope.eventName }
}

extension Formula: Sendable {}
