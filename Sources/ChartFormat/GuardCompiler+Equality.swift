import JSONValue
import Statechart

/// `==`, `!=` and `in`: what can never be equal is refused.
extension GuardCompiler {
    func equality(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let (first, second) = adapted(try compile(left), try compile(right))
        try requireComparable(first.type, second.type, at: offset)
        return GuardCompiled(.bool, .comparison(operation, first, second))
    }

    private func requireComparable(
        _ left: GuardType, _ right: GuardType, at offset: Int
    ) throws(GuardProblem) {
        guard !left.canEqual(right) else { return }
        let types = [left, right]
        let hint =
            types.contains(.int) && types.contains(.double)
            ? "; convert with double() or int()" : Self.nearest(left, right) ?? Self.nearest(right, left) ?? ""
        throw GuardProblem(.type, at: offset, "\(left) is never equal to \(right)\(hint)")
    }

    /// "Did you mean": the choice that a misspelt literal is nearest to.
    private static func nearest(_ type: GuardType, _ literal: GuardType) -> String? {
        guard case .choice(let words) = literal, words.count == 1, let choices = type.choices else { return nil }
        return Suggestion.nearest(to: words[0], among: choices).map { "; did you mean '\($0)'?" }
    }

    func membership(
        _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        var element = try storable(left)
        let collection = try operand(right)
        switch collection.type {
        case .dyn: break
        case .list(let type):
            if type == .double { element = element.asDouble }
            try requireComparable(element.type, type, at: offset)
            try requireChoices(of: right, in: element.type)
        case .map, .record:
            guard element.type.isString || element.type == .dyn else {
                throw GuardProblem(.type, at: offset, "the keys of a map are strings, not \(element.type)")
            }
        default: throw GuardProblem(.type, at: offset, "'in' expects a list or a map, found \(collection.type)")
        }
        return GuardCompiled(.bool, Self.membership(element, collection))
    }

    private static func membership(_ element: GuardCompiled, _ collection: GuardCompiled) -> GuardCode {
        let second = collection.code.json
        if case .string(let literal) = element.literal {
            let text = GuardText(literal)
            return .bool { scope, frame throws(ExpressionError) in
                try text.isElement(of: second(scope, frame), frame)
            }
        }
        let first = element.code.json
        return .bool { scope, frame throws(ExpressionError) in
            let element = try first(scope, frame)
            return try second(scope, frame).has(element, frame)
        }
    }

    /// Each literal of a list must be one that the value can have: a misspelt one would never match.
    private func requireChoices(of list: GuardSyntax, in type: GuardType) throws(GuardProblem) {
        guard case .list(let elements) = list.kind, let choices = type.choices else { return }
        for element in elements {
            guard case .literal(.string(let text)) = element.kind, !choices.contains(text) else { continue }
            let hint = Suggestion.nearest(to: text, among: choices).map { "; did you mean '\($0)'?" }
            throw GuardProblem(
                .type, at: element.offset, "'\(text)' never occurs here; expected \(type)\(hint ?? "")")
        }
    }
}

extension GuardType {
    /// The texts that the value may be, where they are listed.
    fileprivate var choices: [String]? {
        switch self {
        case .choice(let choices): choices
        case .nullable(let type): type.choices
        default: nil
        }
    }
}

extension GuardText {
    fileprivate func isElement(of collection: JSON, _ frame: GuardFrame?) throws(ExpressionError) -> Bool {
        guard case .array(let elements) = collection else { return try collection.has(.string(text), frame) }
        try frame?.spend(elements.count)
        for case .string(let element) in elements where equals(element) { return true }
        return false
    }
}
